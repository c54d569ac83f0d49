/**
 * Every setting of a node, in one table: name, default, bounds, unit and one sentence. What is checked at the start
 * and what the README prints both come from this table, so they cannot disagree. Reads nothing but the environment
 * it is handed; knows no file, no database and no Nest.
 */
import {
  instant,
  integer,
  issuers,
  matching,
  networks,
  oneOf,
  text,
  url,
  type Kind,
} from './setting-kinds.js';

/** Thrown when the environment is unusable. The message is one line and holds no secret. */
export class SettingsError extends Error {}

interface Setting<T> {
  readonly env: string;
  readonly kind: Kind<T>;
  /** The default as it would be written in the environment; null: absent. May depend on other settings. */
  readonly fallback: string | null | ((env: Environment) => string | null);
  /** How the README names a default that depends on others. */
  readonly fallbackShown?: string;
  /** Never printed, neither by the banner nor in an error. */
  readonly secret?: boolean;
  readonly about: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const setting = <T, F extends Setting<T>['fallback']>(
  row: Setting<T> & { readonly fallback: F },
): Setting<T> & { readonly fallback: F } => row;

const isSet = (env: Environment, name: string): boolean => (env[name] ?? '') !== '';

const demoByDefault = (env: Environment): '0' | '1' | 'directory' => {
  if (isSet(env, 'DATABASE_URL')) return '0';
  return env['CLOCK'] === 'manual' ? 'directory' : '1';
};

const TABLE = {
  port: setting({
    env: 'PORT',
    kind: integer(0, 65_535),
    fallback: '3000',
    about: 'HTTP port; 0 takes any free one.',
  }),
  host: setting({
    env: 'HOST',
    kind: text(1, 255),
    fallback: '0.0.0.0',
    about: 'Address to listen on; `127.0.0.1` keeps the service to this machine.',
  }),
  databaseUrl: setting({
    env: 'DATABASE_URL',
    kind: url(['postgres:', 'postgresql:']),
    fallback: null,
    secret: true,
    about: 'PostgreSQL to use; absent: an embedded PostgreSQL under `DATA_DIR`.',
  }),
  dataDir: setting({
    env: 'DATA_DIR',
    kind: text(1, 4096),
    fallback: '.data',
    about: 'Where the embedded database and `tokens.json` live.',
  }),
  role: setting({
    env: 'ROLE',
    kind: oneOf(['all', 'api', 'worker']),
    fallback: 'all',
    about:
      'Which parts this node runs: `api` answers HTTP, `worker` fires deadlines and answers only health and metrics.',
  }),
  demo: setting({
    env: 'DEMO',
    kind: oneOf(['0', '1', 'directory']),
    fallback: demoByDefault,
    fallbackShown: '`1` with the embedded database (`directory` when `CLOCK=manual`), else `0`',
    about:
      '`1` seeds staff, tokens (`DATA_DIR/tokens.json`), customers and living cases; `directory` staff and tokens only.',
  }),
  clock: setting({
    env: 'CLOCK',
    kind: oneOf(['system', 'manual']),
    fallback: 'system',
    about:
      '`manual` for replay and tests: time stands until `PUT /clock`; refused when `NODE_ENV=production`.',
  }),
  clockStartAt: setting({
    env: 'CLOCK_START',
    kind: instant(),
    fallback: '2000-01-01T00:00:00Z',
    about: 'Where the manual clock of a fresh database begins.',
  }),
  publicUrl: setting({
    env: 'PUBLIC_URL',
    kind: url(['http:', 'https:']),
    fallback: null,
    fallbackShown: '`http://localhost:PORT`',
    about: 'How customers reach this service: the start of every status link.',
  }),
  linkSecret: setting({
    env: 'LINK_SECRET',
    kind: text(32, 1024),
    fallback: null,
    secret: true,
    about: 'Key that signs customer links; absent: made once and kept in the database.',
  }),
  smtpUrl: setting({
    env: 'SMTP_URL',
    kind: url(['smtp:', 'smtps:']),
    fallback: null,
    fallbackShown: 'the demo’s own mailbox when `DEMO=1`, else none',
    secret: true,
    about: 'Mail server that carries progress updates; absent: customers are told on the status page only.',
  }),
  mailFrom: setting({
    env: 'MAIL_FROM',
    kind: text(3, 320),
    fallback: 'Customer Service <service@localhost>',
    about: 'Sender of every mail, and where answers go.',
  }),
  imapUrl: setting({
    env: 'IMAP_URL',
    kind: url(['imap:', 'imaps:']),
    fallback: null,
    secret: true,
    about: 'Mailbox that is looked into for customers’ mails.',
  }),
  inboundSmtpPort: setting({
    env: 'INBOUND_SMTP_PORT',
    kind: integer(0, 65_535),
    fallback: null,
    about: 'Port on which customers’ mails are taken in by SMTP; absent: none.',
  }),
  inboundSecret: setting({
    env: 'INBOUND_SECRET',
    kind: text(24, 1024),
    fallback: null,
    secret: true,
    about:
      'Key with which inbound webhooks are signed (Standard Webhooks, `whsec_…`); absent: none are taken.',
  }),
  privateEndpoints: setting({
    env: 'PRIVATE_ENDPOINTS',
    kind: oneOf(['0', '1']),
    fallback: '0',
    about:
      '`1` lets webhooks go to private addresses and plain HTTP, for development; refused when `NODE_ENV=production`.',
  }),
  adminKey: setting({
    env: 'ADMIN_KEY',
    kind: matching(/^cew_admin_[A-Za-z0-9_-]{43}$/, '`cew_admin_` and 43 base64url characters'),
    fallback: null,
    secret: true,
    about: 'A first administrator’s API key for a database without demo data; only its hash is stored.',
  }),
  authIssuers: setting({
    env: 'AUTH_ISSUERS',
    kind: issuers(),
    fallback: null,
    secret: true,
    about:
      'Whose access tokens are taken, and with a `clientId` where staff sign in; absent: API keys only. `typ` is `at+jwt` unless it says `JWT`.',
  }),
  demoLogin: setting({
    env: 'DEMO_LOGIN',
    kind: oneOf(['0', '1']),
    fallback: (env) => {
      const isDemo = (isSet(env, 'DEMO') ? env['DEMO'] : demoByDefault(env)) === '1';
      return isDemo && !isSet(env, 'AUTH_ISSUERS') && env['NODE_ENV'] !== 'production' ? '1' : '0';
    },
    fallbackShown: '`1` when `DEMO=1`, without `AUTH_ISSUERS` and outside production, else `0`',
    about:
      '`1` lets everybody sign in as any member of staff, without a password, at an issuer of the node’s own; refused when `NODE_ENV=production`.',
  }),
  rateLimit: setting({
    env: 'RATE_LIMIT',
    kind: integer(0, 100_000, 'requests/s'),
    fallback: (env) => {
      const demo = isSet(env, 'DEMO') ? env['DEMO'] : demoByDefault(env);
      return demo === '0' ? '50' : '0';
    },
    fallbackShown: '`50` without demo data (`DEMO=0`), else `0`',
    about:
      'What one principal may ask of all nodes together, twice as much in a burst; `0` limits neither principals nor addresses.',
  }),
  trustedProxies: setting({
    env: 'TRUSTED_PROXIES',
    kind: networks(),
    fallback: null,
    about: 'Proxies in front whose `X-Forwarded-For` is believed; absent: none, the socket’s address counts.',
  }),
  maxConnections: setting({
    env: 'MAX_CONNECTIONS',
    kind: integer(10, 100_000, 'connections'),
    fallback: '5000',
    about: 'Sockets that this node serves at once; further ones are closed as they come.',
  }),
  poolSize: setting({
    env: 'POOL_SIZE',
    kind: integer(2, 200, 'connections'),
    fallback: '10',
    about: 'Database connections of this node; a request waits at most 2 s for one.',
  }),
  shutdownGraceMs: setting({
    env: 'SHUTDOWN_GRACE_MS',
    kind: integer(0, 10_000, 'ms'),
    fallback: '10000',
    about: 'How long requests under way may take to finish once the node is told to stop.',
  }),
  logLevel: setting({
    env: 'LOG_LEVEL',
    kind: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    fallback: 'info',
    about: 'Least severity that is logged.',
  }),
} as const;

type Table = typeof TABLE;
type ValueOf<S> = S extends Setting<infer T> ? (S extends { readonly fallback: null } ? T | null : T) : never;

/** The checked settings. Instants are epoch milliseconds. */
export type Settings = { readonly [K in keyof Table]: ValueOf<Table[K]> };

/**
 * Reads and checks every setting. An empty value counts as absent.
 * @throws SettingsError naming everything that is wrong, in one line, without the values of secrets.
 */
export function readSettings(env: Environment): Settings {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, row] of Object.entries(TABLE) as [string, Setting<unknown>][]) {
    const given = isSet(env, row.env) ? (env[row.env] as string) : null;
    const written = given ?? (typeof row.fallback === 'function' ? row.fallback(env) : row.fallback);
    if (written === null) {
      values[name] = null;
      continue;
    }
    const value = row.kind.parse(written);
    if (value === undefined) problems.push(wrongValue(row, written));
    values[name] = value ?? null;
  }
  if (values['clock'] === 'manual' && env['NODE_ENV'] === 'production') {
    problems.push('CLOCK=manual is refused when NODE_ENV=production');
  }
  if (values['privateEndpoints'] === '1' && env['NODE_ENV'] === 'production') {
    problems.push('PRIVATE_ENDPOINTS=1 is refused when NODE_ENV=production');
  }
  if (values['demoLogin'] === '1' && env['NODE_ENV'] === 'production') {
    problems.push('DEMO_LOGIN=1 is refused when NODE_ENV=production');
  }
  if (problems.length > 0) throw new SettingsError(`${problems.join('; ')}.`);
  return values as unknown as Settings;
}

/** The README's table of settings, as Markdown. */
export function settingsTable(): string {
  const rows = (Object.values(TABLE) as Setting<unknown>[]).map((row) => {
    const fallback = typeof row.fallback === 'string' ? `\`${row.fallback}\`` : '–';
    const unit = row.kind.unit === null ? '' : ` ${row.kind.unit}`;
    return `| \`${row.env}\` | ${row.fallbackShown ?? fallback} | ${row.kind.bounds}${unit} | ${row.about} |`;
  });
  return ['| setting | default | values | meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}

/** How much of a bad value is repeated: enough to recognise it, never a screenful. */
const SHOWN_CHARACTERS_MAX = 60;

function wrongValue(row: Setting<unknown>, written: string): string {
  if (row.kind.fault) return `${row.env}: ${row.kind.fault(written)}`;
  const unit = row.kind.unit === null ? '' : ` ${row.kind.unit}`;
  const rule = `${row.env} must be ${row.kind.bounds.replaceAll('`', '')}${unit}`;
  if (row.secret) return `${rule} (its value is not shown)`;
  return `${rule}, not ${JSON.stringify(written.slice(0, SHOWN_CHARACTERS_MAX))}`;
}

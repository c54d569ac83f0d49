/**
 * A node with something of everything in it, the ways in to each of its operations, and a picture of what is stored.
 * Ways in are found by trying: ids come from the node's own lists, and of the people the first who is let through to
 * the body is taken. So that nothing here must be kept in step with rights or routes.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { caseIn, expectStatus, type Situation } from '../http/case-client.js';
import { StatusCases } from '../http/status-cases.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { operationsOf, type Operation } from './operations-of-document.js';
import { isWhole } from './thinning.js';
import { Wire, type Received, type Sent } from './wire.js';

const SITUATIONS: readonly Situation[] = [
  'working1',
  'dispatched1',
  'consulted',
  'proposed',
  'agreed',
  'compensationProposed',
  'moreTimeAsked',
  'callAsked',
  'resolved',
];

/** Below what one link may be used in a minute. */
const USES_OF_A_LINK = 25;
const INBOUND_KEY = randomBytes(32);

/** An id that is well-formed, and nobody's. */
export const NOTHING = '00000000-0000-4000-8000-000000000000';

/** How an operation is come by. */
export interface Entrance {
  readonly operation: Operation;
  /** For one request: some addresses can be used only so often. */
  request(body?: string | Buffer, headers?: Sent['headers']): Sent;
}

export class HostileWorld {
  readonly operations: Operation[];
  private readonly cases: StatusCases;
  private readonly links: string[] = [];
  private linkUses = 0;
  private readonly ids = new Map<string, Promise<string[]>>();
  private readonly entrances = new Map<string, Promise<Entrance>>();

  private constructor(
    readonly app: TestApp,
    readonly wire: Wire,
    document: unknown,
  ) {
    this.operations = operationsOf(document);
    this.cases = new StatusCases(app);
  }

  static async open(env: Readonly<Record<string, string>> = {}): Promise<HostileWorld> {
    const secret = `whsec_${INBOUND_KEY.toString('base64')}`;
    const app = await startTestApp({ env: { INBOUND_SECRET: secret, ...env } });
    const document = (await app.api(null).get('/openapi.json')).body as unknown;
    const world = new HostileWorld(app, new Wire(app.url), document);
    for (const situation of SITUATIONS) {
      const id = await caseIn(app, situation);
      const file = { 'content-type': 'text/plain' };
      await app.api('agent').post(`/cases/${id}/attachments?name=x.txt`, 'x', file);
    }
    await world.moreLinksFor(200);
    const text = { text: 'We have it.' };
    await app.api('admin').put('/templates/case.opened', { en: text, 'zh-CN': text, 'zh-TW': text });
    // Of what happens in no test: or what the node sends by itself would change the picture.
    const endpoint = { name: 'Warehouse', kind: 'webhook', events: ['case.merged'] };
    const address = { url: 'https://hooks.example.com/cases' };
    expectStatus(await app.api('admin').post('/webhook-endpoints', { ...endpoint, ...address }), 201);
    return world;
  }

  /** Each link can be used only so often, and making one is a change: so they are made beforehand. */
  async moreLinksFor(requests: number): Promise<void> {
    const missing = Math.ceil(requests / USES_OF_A_LINK) + 1;
    for (let n = 0; n < missing; n += 1) this.links.push((await this.cases.opened()).token);
  }

  async close(): Promise<void> {
    this.wire.close();
    const counts = Object.fromEntries([...this.wire.counts].sort());
    if (isWhole) process.stderr.write(`${JSON.stringify(counts)}\n`);
    await this.app.close();
  }

  /** @returns operations that take JSON, each with a way to its body. */
  async jsonEntrances(): Promise<Entrance[]> {
    const found = [];
    for (const operation of this.operations)
      if (operation.body !== null) found.push(await this.toBody(operation));
    return found;
  }

  /** @returns operations that read, each with a way to its answer. Streams are none: they have no end. */
  async readingEntrances(): Promise<Entrance[]> {
    const found = [];
    for (const operation of this.operations) {
      const isStream = operation.answers.includes('text/event-stream');
      if (operation.method === 'GET' && !isStream) found.push(await this.toAnswer(operation));
    }
    return found;
  }

  /** @returns operations that change something and document no JSON, at the address of nothing. */
  async entrancesWithoutBody(): Promise<Entrance[]> {
    const found = this.operations.filter(({ method, body }) => method !== 'GET' && body === null);
    return found.map((operation) =>
      this.entrance(
        operation,
        operation.path.replaceAll(/\{(?!token\})\w+\}/g, NOTHING),
        operation.isPublic ? null : this.app.tokens.admin,
      ),
    );
  }

  /** @throws Error when nobody gets as far as the body: then nothing would be tested behind it. */
  toBody(operation: Operation): Promise<Entrance> {
    return this.found(
      operation,
      { surprise: 1 },
      ({ status, text }) => status === 422 && text.includes('"/surprise"'),
    );
  }

  /** @throws Error when nobody gets an answer. */
  toAnswer(operation: Operation): Promise<Entrance> {
    return this.found(operation, undefined, ({ status }) => status >= 200 && status < 400);
  }

  private found(operation: Operation, probe: object | undefined, isIn: (answer: Received) => boolean) {
    const found = this.entrances.get(operation.name) ?? this.tryAll(operation, probe, isIn);
    this.entrances.set(operation.name, found);
    return found;
  }

  private async tryAll(operation: Operation, probe: object | undefined, isIn: (answer: Received) => boolean) {
    const body = probe === undefined ? undefined : JSON.stringify(probe);
    const addresses = await this.addressesOf(operation.path);
    const answers = new Set<string>();
    for (const address of addresses) {
      for (const who of [null, 'admin', ...Object.keys(this.app.tokens)] as const) {
        if ((who === null) !== operation.isPublic) continue;
        const entrance = this.entrance(
          operation,
          address,
          who === null ? null : this.app.tokens[who as 'admin'],
        );
        const answer = await this.wire.send(entrance.request(body));
        if (isIn(answer)) return entrance;
        answers.add(`${answer.status} ${answer.text.slice(0, 120)}`);
      }
    }
    throw new Error(
      `nobody gets into ${operation.name} (${addresses.length} addresses): ${[...answers].join('\n')}`,
    );
  }

  private entrance(operation: Operation, address: string, token: string | null): Entrance {
    return {
      operation,
      request: (body, headers = {}) => ({
        method: operation.method,
        path: address.replace('{token}', () => this.nextLink()),
        ...(body === undefined ? {} : { body }),
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...this.signature(operation, body),
          ...headers,
        },
      }),
    };
  }

  private signature({ parameters }: Operation, body: string | Buffer = ''): Readonly<Record<string, string>> {
    if (!parameters.some(({ name }) => name === 'webhook-signature')) return {};
    const id = `msg_${randomBytes(8).toString('hex')}`;
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const mac = createHmac('sha256', INBOUND_KEY)
      .update(`${id}.${timestamp}.${String(body)}`)
      .digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
  }

  private nextLink(): string {
    const link = this.links[Math.floor(this.linkUses++ / USES_OF_A_LINK)];
    if (link === undefined) throw new Error('more links are needed: open the world with more');
    return link;
  }

  /** The path with every id filled in that the node's own lists know; the link stays to be filled in. */
  private async addressesOf(path: string): Promise<string[]> {
    const [, before, name, after] = /^(.*?)\{(?!token\})(\w+)\}(.*)$/.exec(path) ?? [];
    if (before === undefined || name === undefined) return [path];
    const ids = await this.idsIn(before.replace(/\/$/, ''), name);
    const found = await Promise.all(ids.map((id) => this.addressesOf(`${before}${id}${after}`)));
    return found.flat();
  }

  private idsIn(list: string, name: string): Promise<string[]> {
    if (name === 'n' || name === 'k') return Promise.resolve(['1']);
    if (name === 'metric') return Promise.resolve(['resolution']);
    const found = this.ids.get(list) ?? this.readIds(list);
    this.ids.set(list, found);
    return found;
  }

  private async readIds(list: string): Promise<string[]> {
    const { body } = await this.app.api('admin').get(`${list}?limit=50`);
    const whole = (body?.data as unknown) ?? (await this.app.api('admin').get(list)).body?.data ?? [];
    return (whole as { id?: string; key?: string }[]).map(({ id, key }) => String(id ?? key));
  }

  /**
   * What a piece of work costs in CPU time, of client and node together. Tried again when it is more than enough, for the
   * same process collects garbage and does its timed work.
   */
  async cpuMsOf(work: () => Promise<unknown>, enoughMs: number): Promise<number> {
    let least = Infinity;
    for (let attempt = 1; attempt <= 10 && least > enoughMs; attempt += 1) {
      const start = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(start);
      least = Math.min(least, (user + system) / 1_000);
    }
    return least;
  }

  /** A fingerprint per table: two that are equal stand for the same rows. */
  async picture(): Promise<Readonly<Record<string, string>>> {
    const tables = await this.app.dataSource.query<{ name: string }[]>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL ($1) ORDER BY 1`,
      [VOLATILE],
    );
    const pictures: Record<string, string> = {};
    for (const { name } of tables) {
      const [row] = await this.app.dataSource.query<{ picture: string }[]>(
        `SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) AS picture FROM "${name}" t`,
      );
      pictures[name] = row?.picture ?? '';
    }
    return pictures;
  }
}

/** Tables in which the mere asking leaves a trace. */
const VOLATILE = ['api_keys', 'request_rates', 'request_windows', 'sessions'];

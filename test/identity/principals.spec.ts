// Who a bearer token is, and how fast a withdrawn right ends.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor } from '../../src/domain/actor.js';
import { ApiKeys, newApiKey } from '../../src/identity/api-keys.js';
import { Identities } from '../../src/identity/identities.js';
import { Sessions } from '../../src/identity/sessions.js';
import { DependencyUnavailable } from '../../src/store/database-errors.js';
import { Principals } from '../../src/identity/principals.js';
import { Staff } from '../../src/directory/staff.js';
import { openDirectory, type TestDirectory } from '../directory/open-directory.js';

let directory: TestDirectory;
let staff: Staff;
let apiKeys: ApiKeys;
/** Time of the cache, moved by hand. */
let nowMs = 0;

const later = (ms: number): void => void (nowMs += ms);
const principals = (): Principals => new Principals(directory.pool, 'now()', () => nowMs);

async function keyFor(id: string, expiresAt: number | null = null): Promise<{ id: string; key: string }> {
  await staff.put({ id, name: '黃雅婷', role: 'member', department: 'logistics', active: true });
  return apiKeys.issue({ staffId: id, role: 'member', name: 'test', expiresAt });
}

beforeAll(async () => {
  directory = await openDirectory();
  staff = new Staff(directory.pool, 'now()');
  apiKeys = new ApiKeys(directory.pool, 'now()');
});
afterAll(() => directory.close());

describe('an API key', () => {
  it('is `cew_`, the role, and 256 random bits', async () => {
    const { key } = await keyFor('shape');
    expect(key).toMatch(/^cew_member_[A-Za-z0-9_-]{43}$/);
    expect((await keyFor('shape')).key).not.toBe(key);
  });

  it('is stored as a hash and a prefix only', async () => {
    const { id, key } = await keyFor('hash');
    const { rows } = await directory.pool.query('SELECT k::text AS row FROM api_keys k WHERE id = $1', [id]);
    const secret = key.slice('cew_member_'.length);
    expect(rows[0].row).toContain(`cew_member_${secret.slice(0, 4)}`);
    expect(rows[0].row).not.toContain(secret.slice(0, 6));
  });

  it('is registered once, however often a start registers it', async () => {
    await keyFor('twice');
    const key = newApiKey('member');
    const options = { staffId: 'twice', role: 'member', name: 'kept', expiresAt: null } as const;
    expect(await apiKeys.register(key, options)).not.toBeNull();
    expect(await apiKeys.register(key, options)).toBeNull();
  });
});

describe('a bearer token', () => {
  it('is its holder, with role and department', async () => {
    const { key } = await keyFor('holder');
    const actor = { kind: 'member', id: 'holder', department: 'logistics' };
    expect(await principals().authenticate(key)).toEqual(actor);
  });

  it('is nobody when it is unknown, and nobody without a question when it is malformed', async () => {
    expect(await principals().authenticate(newApiKey('admin'))).toBeNull();
    const broken = new Principals(null as never, 'now()');
    for (const junk of [
      '',
      'x',
      'cew_root_' + 'a'.repeat(43),
      'cew_admin_' + 'a'.repeat(10_000),
      'cew_admin_\0',
    ]) {
      expect(await broken.authenticate(junk)).toBeNull();
    }
  });

  it('is nobody once it has expired', async () => {
    const { key } = await keyFor('expired', Date.UTC(2001, 0, 1));
    expect(await principals().authenticate(key)).toBeNull();
  });

  it('is kept in memory for less than 5 s after it was read', async () => {
    const { id, key } = await keyFor('kept');
    const asking = (await keyFor('asking')).key;
    const known = principals();
    await known.authenticate(key);
    expect(await apiKeys.revoke(id, asking)).toBe('revoked');
    later(3_900);
    expect(await known.authenticate(key)).not.toBeNull();
    later(200);
    expect(await known.authenticate(key)).toBeNull();
    expect(await apiKeys.revoke(id, asking)).toBe('revoked');
  });

  it('ends within 5 s when its holder leaves, and follows when the department changes', async () => {
    const { key } = await keyFor('mover');
    const known = principals();
    await known.authenticate(key);
    await staff.put({ id: 'mover', name: 'M', role: 'lead', department: 'finance', active: true });
    later(5_000);
    expect(await known.authenticate(key)).toEqual({ kind: 'lead', id: 'mover', department: 'finance' });
    await staff.put({ id: 'mover', name: 'M', role: 'lead', department: 'finance', active: false });
    later(5_000);
    expect(await known.authenticate(key)).toBeNull();
  });

  it('asks the database once for requests that arrive together', async () => {
    const { key } = await keyFor('together');
    let questions = 0;
    const count = (): void => void (questions += 1);
    directory.pool.on('acquire', count);
    const known = principals();
    const actors = await Promise.all([1, 2, 3, 4].map(() => known.authenticate(key)));
    expect(new Set(actors.map((actor) => actor?.id))).toEqual(new Set(['together']));
    await known.settle();
    directory.pool.off('acquire', count);
    // One for the key itself, one to note its use.
    expect(questions).toBe(2);
  });

  it('has its last use noted at most once a minute', async () => {
    const { id, key } = await keyFor('used');
    const known = principals();
    const lastUse = async (): Promise<number> => {
      await known.authenticate(key);
      await known.settle();
      const { rows } = await directory.pool.query('SELECT last_used_at FROM api_keys WHERE id = $1', [id]);
      return rows[0].last_used_at;
    };
    const first = await lastUse();
    expect(first).not.toBeNull();
    await directory.pool.query(`UPDATE api_keys SET last_used_at = '2001-01-01Z' WHERE id = $1`, [id]);
    later(30_000);
    expect(await lastUse()).toBe(Date.UTC(2001, 0, 1));
    later(31_000);
    expect(await lastUse()).toBeGreaterThanOrEqual(first);
  });

  it('is an error, not a stranger, while the database is away', async () => {
    const away = { on: () => undefined, connect: () => Promise.reject(new Error('away')) };
    await expect(
      new Principals(away as never, 'now()').authenticate(newApiKey('agent')),
    ).rejects.toBeInstanceOf(DependencyUnavailable);
  });
});

const ISSUER = 'https://login.example.com';
/** As if every token were valid and its text were its subject. */
const proving = (lastsMs = 600_000) => ({
  mayBeToken: () => true,
  believes: (issuer: string) => issuer === ISSUER,
  verify: async (subject: string) => ({ issuer: ISSUER, subject, endsAt: 1_000, lastsMs }),
});
const believing = (lastsMs?: number): Principals =>
  new Principals(directory.pool, 'now()', () => nowMs, proving(lastsMs));

/** A person who can be recognised by a key, a token and a session. */
async function everyWayFor(
  id: string,
): Promise<[way: string, ask: (from: Principals) => Promise<Actor | null>][]> {
  const { key } = await keyFor(id);
  await new Identities(directory.pool, 'now()').linkOnce(id, { issuer: ISSUER, subject: id });
  const session = await new Sessions(directory.pool, 'now()').begin({ issuer: ISSUER, subject: id }, null);
  return [
    ['key', (from) => from.authenticate(key)],
    ['token', (from) => from.authenticate(id)],
    ['session', (from) => from.authenticateSession(session?.token ?? '')],
  ];
}

describe('every credential', () => {
  it('is its holder as staff are on record, and follows them within 5 s on nodes that hear of nothing', async () => {
    const ways = await everyWayFor('followed');
    const elsewhere = believing();
    const all = () => Promise.all(ways.map(([, ask]) => ask(elsewhere)));
    const thrice = (actor: Actor | null) => [actor, actor, actor];
    const before = { kind: 'member', id: 'followed', department: 'logistics' } as const;
    expect(await all()).toEqual(thrice(before));
    await staff.put({ id: 'followed', name: 'F', role: 'lead', department: 'finance', active: true });
    later(3_900);
    expect(await all()).toEqual(thrice(before));
    later(1_000);
    expect(await all()).toEqual(thrice({ kind: 'lead', id: 'followed', department: 'finance' }));
    await staff.put({ id: 'followed', name: 'F', role: 'lead', department: 'finance', active: false });
    later(4_900);
    expect(await all()).toEqual(thrice(null));
  });

  it('follows its holder at once on the node that was told', async () => {
    const ways = await everyWayFor('told');
    const here = believing();
    for (const [, ask] of ways) expect(await ask(here)).toMatchObject({ kind: 'member' });
    await staff.put({ id: 'told', name: 'T', role: 'member', department: 'logistics', active: false });
    here.forget();
    for (const [, ask] of ways) expect(await ask(here)).toBeNull();
  });

  it('is of its own kind: a key is no session, a session is no bearer', async () => {
    const { key } = await keyFor('kinds');
    const known = principals();
    const identity = { issuer: ISSUER, subject: 'kinds' };
    await new Identities(directory.pool, 'now()').linkOnce('kinds', identity);
    const session = await new Sessions(directory.pool, 'now()').begin(identity, null);
    expect(await known.authenticateSession(key)).toBeNull();
    expect(await known.authenticate(session?.token ?? '')).toBeNull();
  });
});

describe('an access token', () => {
  it('is kept in memory no longer than it lasts', async () => {
    await everyWayFor('short');
    const known = believing(1_000);
    let asked = 0;
    const { verify } = proving(1_000);
    const counting = new Principals(directory.pool, 'now()', () => nowMs, {
      ...proving(1_000),
      verify: (subject) => {
        asked += 1;
        return verify(subject);
      },
    });
    expect(await known.authenticate('short')).toMatchObject({ id: 'short' });
    for (const ms of [0, 900, 200]) {
      later(ms);
      await counting.authenticate('short');
    }
    expect(asked).toBe(2);
  });
});

describe('a session', () => {
  it('ends when nobody believes its issuer any more', async () => {
    const [, , [, ask]] = (await everyWayFor('disbelieved')) as [
      unknown,
      unknown,
      [string, (from: Principals) => Promise<Actor | null>],
    ];
    expect(await ask(believing())).toMatchObject({ id: 'disbelieved' });
    expect(await ask(principals())).toBeNull();
  });

  it('has its last use noted at most once a minute', async () => {
    const [, , way] = await everyWayFor('sitting');
    const known = believing();
    const lastUse = async (): Promise<number> => {
      await way?.[1](known);
      await known.settle();
      const { rows } = await directory.pool.query(
        `SELECT last_used_at FROM sessions WHERE staff_id = 'sitting'`,
      );
      return rows[0].last_used_at;
    };
    await lastUse();
    const earlier = Date.now() - 600_000;
    await directory.pool.query(
      `UPDATE sessions SET last_used_at = to_timestamp($1) WHERE staff_id = 'sitting'`,
      [earlier / 1_000],
    );
    later(30_000);
    expect(await lastUse()).toBe(earlier);
    later(31_000);
    expect(await lastUse()).toBeGreaterThan(earlier);
  });
});

describe('staff', () => {
  it('have a name on every node after its next refresh', async () => {
    const elsewhere = new Staff(directory.pool, 'now()');
    await staff.put({ id: 'named', name: 'Ольга Петрова', role: 'agent', department: null, active: true });
    expect(staff.nameOf('named')).toBe('Ольга Петрова');
    expect(elsewhere.nameOf('named')).toBeNull();
    await elsewhere.refresh();
    expect(elsewhere.find('named')).toMatchObject({ name: 'Ольга Петрова', role: 'agent' });
  });

  it('are refused with a department that does not fit their role', async () => {
    const agent = { id: 'odd', name: 'Odd', active: true } as const;
    await expect(staff.put({ ...agent, role: 'agent', department: 'sales' })).rejects.toThrow(
      'no department',
    );
    await expect(staff.put({ ...agent, role: 'lead', department: null })).rejects.toThrow(
      'needs a department',
    );
  });
});

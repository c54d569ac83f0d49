// Versioned configuration: what may be published, which version is in force, and how nodes learn of each other.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Configuration } from '../../src/directory/configuration.js';
import { DirectoryPolicySource } from '../../src/directory/policy-source.js';
import { DEFAULT_LIFECYCLE } from '../../src/domain/policies.js';
import { openDirectory, type TestDirectory } from './open-directory.js';

const marketing = {
  publicName: { en: 'Marketing', 'zh-CN': '市场部', 'zh-TW': '行銷部' },
  answersFor: 'Campaigns and coupons.',
};

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(() => directory.close());

const open = async (): Promise<Configuration> => {
  const configuration = new Configuration(directory.pool, 'now()');
  await configuration.seedDefaults();
  return configuration;
};

/** Pointers of the problems that a body has; empty when it was stored. */
async function problemsOf(kind: 'department' | 'playbook' | 'lifecyclePolicy', key: string, body: unknown) {
  const outcome = await (await open()).put(kind, key, body, 'admin-1');
  return outcome.kind === 'invalid' ? outcome.problems.map(({ pointer, code }) => `${pointer} ${code}`) : [];
}

describe('configuration', () => {
  it('begins with four departments, named in each language of a customer', async () => {
    const departments = (await open()).list('department');
    expect(departments.map((entry) => entry.key)).toEqual(
      expect.arrayContaining(['finance', 'logistics', 'product', 'sales']),
    );
    for (const { body } of departments) {
      expect(Object.keys(body.publicName).sort()).toEqual(['en', 'zh-CN', 'zh-TW']);
      expect(body.answersFor).not.toBe('');
    }
  });

  it('makes a new version of each change and keeps the old ones', async () => {
    const configuration = await open();
    const first = await configuration.put('playbook', 'refund', { directLevel2: false }, 'admin-1');
    const second = await configuration.put('playbook', 'refund', { directLevel2: true }, 'admin-2');
    expect([first, second]).toMatchObject([
      { kind: 'stored', entry: { version: 1, createdBy: 'admin-1' } },
      { kind: 'stored', entry: { version: 2, createdBy: 'admin-2' } },
    ]);
    expect(configuration.at('playbook', 'refund', 1)?.body.directLevel2).toBe(false);
    expect(configuration.newest('playbook', 'refund')?.body.directLevel2).toBe(true);
    expect(configuration.at('playbook', 'refund', 3)).toBeNull();
  });

  it('makes no version when nothing changes, in whatever order the fields come', async () => {
    const configuration = await open();
    const body = { evidenceRequired: false, directLevel2: true, requiredFields: { '*': ['orderRef'] } };
    await configuration.put('playbook', 'same', body, 'admin-1');
    const again = { requiredFields: { '*': ['orderRef'] }, directLevel2: true };
    expect(await configuration.put('playbook', 'same', again, 'admin-1')).toMatchObject({
      kind: 'unchanged',
      entry: { version: 1 },
    });
  });

  it('gives versions without gaps to administrators who save at once', async () => {
    const configuration = await open();
    const puts = [1, 2, 3, 4].map((days) =>
      configuration.put('lifecyclePolicy', 'default', { reopenWindowSeconds: days * 86_400 }, 'admin-1'),
    );
    const outcomes = await Promise.all(puts);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['stored', 'stored', 'stored', 'stored']);
    const versions = configuration.versions('lifecyclePolicy', 'default').map((entry) => entry.version);
    expect(versions).toEqual(versions.map((_, index) => index + 1));
  });

  it('reaches another node with its next refresh, and the publishing one at once', async () => {
    const [here, there] = [await open(), await open()];
    const before = there.generation;
    await here.put('department', 'marketing', marketing, 'admin-1');
    expect(here.newest('department', 'marketing')?.body.calendar).toBe('default');
    expect(there.newest('department', 'marketing')).toBeNull();
    await there.refresh();
    expect(there.newest('department', 'marketing')?.version).toBe(1);
    expect(there.generation).toBeGreaterThan(before);
  });

  it('keeps what derives from it when a refresh brings nothing new', async () => {
    const configuration = await open();
    const { generation } = configuration;
    await configuration.refresh();
    expect(configuration.generation).toBe(generation);
  });

  it.each([
    [
      'a department without a name in one language',
      'department',
      'ops',
      { ...marketing, publicName: { en: 'Ops', 'zh-CN': '运营' } },
      ['/publicName/zh-TW required'],
    ],
    [
      'a department with an unknown field',
      'department',
      'ops',
      { ...marketing, colour: 'red' },
      ['/colour unknown-field'],
    ],
    [
      'a department whose name cannot be shown',
      'department',
      'ops',
      { ...marketing, answersFor: 'a\u0000b' },
      ['/answersFor malformed'],
    ],
    ['a department with a key in capitals', 'department', 'OPS', marketing, ['/key malformed']],
    [
      'a department named like a part of every object',
      'department',
      '__proto__',
      marketing,
      ['/key malformed'],
    ],
    [
      'a list where an object belongs',
      'department',
      'ops',
      [marketing],
      [
        ' wrong-type',
        '/publicName required',
        '/publicName/en required',
        '/publicName/zh-CN required',
        '/publicName/zh-TW required',
        '/answersFor required',
      ],
    ],
    [
      'a playbook for a department that does not exist',
      'playbook',
      'x',
      { requiredFields: { nobody: ['a'] } },
      ['/requiredFields/nobody inconsistent'],
    ],
    [
      'a playbook with an impossible field name',
      'playbook',
      'x',
      { requiredFields: { '*': ['a b'] } },
      ['/requiredFields/*/0 malformed'],
    ],
    [
      'a playbook with a text for a flag',
      'playbook',
      'x',
      { directLevel2: 'yes' },
      ['/directLevel2 wrong-type'],
    ],
    [
      'reminders that do not ascend',
      'lifecyclePolicy',
      'default',
      { waitingRemindAfterSeconds: [60, 60] },
      ['/waitingRemindAfterSeconds inconsistent'],
    ],
    [
      'a reminder after the end',
      'lifecyclePolicy',
      'default',
      { confirmationRemindAfterSeconds: 9e6 },
      ['/confirmationRemindAfterSeconds inconsistent'],
    ],
    [
      'a span beyond five years',
      'lifecyclePolicy',
      'default',
      { reopenWindowSeconds: 1e12 },
      ['/reopenWindowSeconds out-of-range'],
    ],
    [
      'half a second',
      'lifecyclePolicy',
      'default',
      { reopenWindowSeconds: 0.5 },
      ['/reopenWindowSeconds wrong-type'],
    ],
    ['a second life-cycle policy', 'lifecyclePolicy', 'vip', {}, ['/key malformed']],
  ] as const)('refuses %s', async (_what, kind, key, body, problems) => {
    expect(await problemsOf(kind, key, body)).toEqual(problems);
  });
});

describe('the policies of a category', () => {
  it('are those of its playbook, or of the one for all categories', async () => {
    const configuration = await open();
    await configuration.put('playbook', 'safety', { directLevel2: true }, 'admin-1');
    const source = new DirectoryPolicySource(configuration);
    expect(source.policiesFor('safety').playbook).toMatchObject({ category: 'safety', directLevel2: true });
    expect(source.policiesFor('anything').playbook).toMatchObject({ category: '*', directLevel2: false });
  });

  it('are the same object until the configuration changes, then the new ones', async () => {
    const configuration = await open();
    const source = new DirectoryPolicySource(configuration);
    const before = source.policiesFor('late-delivery');
    expect(source.policiesFor('late-delivery')).toBe(before);
    await configuration.put('lifecyclePolicy', 'default', { chaseWithinSeconds: 7 }, 'admin-1');
    expect(source.policiesFor('late-delivery').lifecycle).toEqual({
      ...DEFAULT_LIFECYCLE,
      chaseWithinSeconds: 7,
    });
  });

  it('know no department called like a part of every object', async () => {
    const { departments } = new DirectoryPolicySource(await open()).policiesFor('x');
    expect(departments['constructor']).toBeUndefined();
    expect(departments['sales']).toMatchObject({ key: 'sales', calendar: 'default' });
  });

  it('stay right for more categories than are kept in memory', async () => {
    const source = new DirectoryPolicySource(await open());
    for (let n = 0; n < 3_000; n += 1) source.policiesFor(`category-${n}`);
    expect(source.policiesFor('category-0').playbook.category).toBe('*');
  });
});

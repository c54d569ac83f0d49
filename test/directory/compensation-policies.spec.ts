// Compensation policies, and what a playbook may hold beside its route: which bodies are valid, and what applies.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Configuration } from '../../src/directory/configuration.js';
import { DirectoryPolicySource } from '../../src/directory/policy-source.js';
import { DEFAULT_COMPENSATION } from '../../src/domain/policies.js';
import { openDirectory, type TestDirectory } from './open-directory.js';

let directory: TestDirectory;
let configuration: Configuration;
beforeAll(async () => {
  directory = await openDirectory();
  configuration = new Configuration(directory.pool, 'now()');
  await configuration.seedDefaults();
});
afterAll(() => directory.close());

const POLICY = { currency: 'EUR', limitsMinor: { agent: 2_000, manager: 90_000 }, customerCapMinor: 100_000 };

async function problemsOf(
  kind: 'compensationPolicy' | 'playbook',
  key: string,
  body: unknown,
): Promise<string[]> {
  const outcome = await configuration.put(kind, key, body, 'admin-1');
  return outcome.kind === 'invalid' ? outcome.problems.map(({ pointer, code }) => `${pointer} ${code}`) : [];
}

describe('the compensation policy', () => {
  it('begins as agreed: 50, 150, 500 and 5,000', () => {
    expect(configuration.newest('compensationPolicy', '*')?.body).toEqual(DEFAULT_COMPENSATION);
  });

  it('of a category goes before the one for all, with what is absent filled in', async () => {
    expect(await problemsOf('compensationPolicy', 'safety', POLICY)).toEqual([]);
    const source = new DirectoryPolicySource(configuration);
    expect(source.policiesFor('safety').compensation).toEqual({
      ...POLICY,
      customerCapDays: DEFAULT_COMPENSATION.customerCapDays,
      decideWithin: DEFAULT_COMPENSATION.decideWithin,
    });
    expect(source.policiesFor('delivery').compensation).toEqual(DEFAULT_COMPENSATION);
  });

  it('for all categories may be changed', async () => {
    expect(await problemsOf('compensationPolicy', '*', { ...POLICY, customerCapDays: 30 })).toEqual([]);
    const source = new DirectoryPolicySource(configuration);
    expect(source.policiesFor('delivery').compensation.customerCapDays).toBe(30);
    expect(source.policiesFor('safety').compensation.customerCapDays).toBe(365);
  });

  it.each([
    ['nothing', {}, ['/currency required', '/limitsMinor required', '/customerCapMinor required']],
    ['a currency in small letters', { ...POLICY, currency: 'eur' }, ['/currency malformed']],
    ['a currency that does not exist', { ...POLICY, currency: 'QQQ' }, ['/currency malformed']],
    [
      'a role that grants nothing by nature',
      { ...POLICY, limitsMinor: { customer: 5 } },
      ['/limitsMinor/customer unknown-field'],
    ],
    ['half a cent', { ...POLICY, limitsMinor: { agent: 0.5 } }, ['/limitsMinor/agent wrong-type']],
    ['less than nothing', { ...POLICY, customerCapMinor: -1 }, ['/customerCapMinor out-of-range']],
    ['more than any house has', { ...POLICY, customerCapMinor: 1e12 }, ['/customerCapMinor out-of-range']],
    ['a period of no day', { ...POLICY, customerCapDays: 0 }, ['/customerCapDays out-of-range']],
    [
      'two units at once',
      { ...POLICY, decideWithin: { businessSeconds: 1, calendarSeconds: 1 } },
      ['/decideWithin inconsistent'],
    ],
    ['an unknown field', { ...POLICY, approver: 'me' }, ['/approver unknown-field']],
  ])('refuses %s', async (_what, body, problems) => {
    expect(await problemsOf('compensationPolicy', 'bad', body)).toEqual(problems);
  });

  it('refuses a key that is no category', async () => {
    expect(await problemsOf('compensationPolicy', 'a/b', POLICY)).toEqual(['/key malformed']);
  });
});

describe('a playbook', () => {
  const text = { en: 'We are sorry.', 'zh-CN': '非常抱歉。', 'zh-TW': '非常抱歉。' };

  it('keeps its checklist, its texts and whether departures need a reason', async () => {
    const body = {
      departuresNeedReason: true,
      checklist: { '*': ['Order number checked', 'Order number checked'], logistics: ['Carrier called'] },
      texts: { 'First apology': text },
    };
    expect(await problemsOf('playbook', 'lost', body)).toEqual([]);
    expect(new DirectoryPolicySource(configuration).policiesFor('lost').playbook).toMatchObject({
      departuresNeedReason: true,
      checklist: { '*': ['Order number checked'], logistics: ['Carrier called'] },
      texts: { 'First apology': text },
    });
  });

  it.each([
    ['a checklist of nobody', { checklist: { nobody: ['x'] } }, ['/checklist/nobody inconsistent']],
    ['an empty item', { checklist: { '*': [' '] } }, ['/checklist/*/0 required']],
    ['an item that is no text', { checklist: { '*': [7] } }, ['/checklist/*/0 wrong-type']],
    ['a list that is none', { checklist: { '*': 'x' } }, ['/checklist/* wrong-type']],
    [
      'a text that lacks a language',
      { texts: { sorry: { en: 'x', 'zh-CN': 'y' } } },
      ['/texts/sorry/zh-TW required'],
    ],
    [
      'a text in a language that nobody is served in',
      { texts: { sorry: { ...text, fr: 'x' } } },
      ['/texts/sorry/fr unknown-field'],
    ],
    ['a text without a name', { texts: { '': text } }, ['/texts/ malformed']],
    ['a flag that is a text', { departuresNeedReason: 'yes' }, ['/departuresNeedReason wrong-type']],
  ])('refuses %s', async (_what, body, problems) => {
    expect(await problemsOf('playbook', 'bad', body)).toEqual(problems);
  });
});

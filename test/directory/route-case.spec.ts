// Routing as a pure function: the first rule decides, the least loaded who can and is there gets it, and the same facts
// always get the same decision.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ConfiguredNow } from '../../src/directory/configuration-kind.js';
import {
  matchingRule,
  ownerFor,
  routeCase,
  type Candidate,
  type RoutingFacts,
} from '../../src/directory/route-case.js';
import {
  covers,
  routingRulesKind,
  type RoutingRule,
  type RoutingRules,
  type RoutingWhen,
} from '../../src/directory/routing-rules.js';
import { GRADES } from '../../src/domain/case.js';

const FACTS: RoutingFacts = {
  category: 'delivery',
  channel: 'phone',
  grade: 'standard',
  product: null,
  text: 'Parcel has not arrived\nTracking says in transit.',
  ownerId: 'agent-1',
};

const rule = (name: string, when: RoutingWhen, rest: Partial<RoutingRule> = {}): RoutingRule => ({
  name,
  when,
  department: 'logistics',
  skills: [],
  person: null,
  ownerSkills: [],
  why: 'theirs',
  ...rest,
});
const candidate = (id: string, rest: Partial<Candidate> = {}): Candidate => ({
  id,
  skills: [],
  onDuty: true,
  load: 0,
  capacity: null,
  ...rest,
});

const decide = (rules: readonly RoutingRule[], facts: Partial<RoutingFacts> = {}, people: Candidate[] = []) =>
  routeCase(
    { version: 3, rules: { assignOwner: false, rules } },
    { ...FACTS, ...facts },
    () => people,
    'sales',
  );

describe('a routing rule', () => {
  it.each([
    ['its category', { category: ['delivery'] }, {}, true],
    ['another category', { category: ['refund', 'invoice'] }, {}, false],
    ['a category in other letters', { category: ['delivery'] }, { category: 'DELIVERY' }, true],
    ['its channel', { channel: ['phone', 'chat'] }, {}, true],
    ['its grade', { grade: ['vip'] }, { grade: 'vip' }, true],
    ['another grade', { grade: ['vip'] }, {}, false],
    ['no product where it asks for one', { product: ['x200'] }, {}, false],
    ['its product', { product: ['x200'] }, { product: 'X200' }, true],
    ['all of its fields', { category: ['delivery'], channel: ['phone'] }, {}, true],
    ['only one of its fields', { category: ['delivery'], channel: ['chat'] }, {}, false],
    ['a keyword as a word', { keywords: ['transit'] }, {}, true],
    ['a keyword of several words', { keywords: ['not arrived'] }, {}, true],
    ['a keyword within another word', { keywords: ['rack'] }, {}, false],
    [
      'a keyword that comes once within a word and once alone',
      { keywords: ['art'] },
      { text: 'part, art' },
      true,
    ],
    ['a keyword in other letters', { keywords: ['parcel'] }, {}, true],
    ['a keyword in a script without spaces', { keywords: ['鼓包'] }, { text: '今早发现已经鼓包了' }, true],
    ['no field at all', {}, {}, true],
  ] as [string, RoutingWhen, Partial<RoutingFacts>, boolean][])(
    'is asked of a case with %s',
    (_case, when, facts, expected) => {
      const found = matchingRule({ assignOwner: false, rules: [rule('one', when)] }, { ...FACTS, ...facts });
      expect(found !== null).toBe(expected);
    },
  );

  it('decides before all later ones, and says which it was and why', () => {
    const decision = decide([
      rule('vip', { grade: ['vip'] }, { department: 'product' }),
      rule('first', { category: ['delivery'] }, { why: 'Parcels are theirs.' }),
      rule('rest', {}, { department: 'finance' }),
    ]);
    expect(decision).toEqual({
      department: 'logistics',
      memberId: null,
      rule: 'first',
      version: 3,
      explanation: 'Rule "first": Parcels are theirs. Whoever of the department takes it.',
    });
  });

  it('leaves to the playbook what no rule matches', () => {
    expect(decide([rule('vip', { grade: ['vip'] })])).toMatchObject({
      department: 'sales',
      rule: null,
      explanation: 'No rule matches; the playbook of the category sends it to sales.',
    });
  });
});

describe('the person of a routing rule', () => {
  const leastLoaded = (people: Candidate[], skills: string[] = []) =>
    decide([rule('one', {}, { person: 'leastLoaded', skills })], {}, people).memberId;

  it('is the least loaded of those who are there and can', () => {
    const people = [
      candidate('absent', { onDuty: false, skills: ['zh'] }),
      candidate('unable', { load: 0 }),
      candidate('busy', { load: 9, skills: ['zh'] }),
      candidate('right', { load: 2, skills: ['en', 'zh'] }),
      candidate('full', { load: 1, capacity: 1, skills: ['zh'] }),
    ];
    expect(leastLoaded(people, ['zh'])).toBe('right');
  });

  it('is the first by id of those with the same load, in whatever order they come', () => {
    const people = ['c', 'a', 'b'].map((id) => candidate(id, { load: 1 }));
    expect([leastLoaded(people), leastLoaded([...people].reverse())]).toEqual(['a', 'a']);
  });

  it.each([
    ['can', [candidate('a')], 'Nobody with zh works there.'],
    ['is there', [candidate('a', { skills: ['zh'], onDuty: false })], 'Nobody with zh is on duty now.'],
    [
      'has a hand free',
      [candidate('a', { skills: ['zh'], load: 2, capacity: 2 })],
      'Everybody with zh on duty has their hands full.',
    ],
  ])('is nobody where nobody %s, and the inbox gets it', (_lack, people, why) => {
    const decision = decide([rule('one', {}, { person: 'leastLoaded', skills: ['zh'] })], {}, people);
    expect(decision).toMatchObject({ department: 'logistics', memberId: null });
    expect(decision.explanation).toContain(why);
  });

  it('is the owner, or somebody by name as long as they are there', () => {
    expect(decide([rule('one', {}, { person: 'owner' })]).memberId).toBe('agent-1');
    expect(decide([rule('one', {}, { person: 'owner' })], { ownerId: null }).memberId).toBeNull();
    const named = [rule('one', {}, { person: 'expert' })];
    expect(decide(named, {}, [candidate('expert')]).memberId).toBe('expert');
    expect(decide(named, {}, [candidate('expert', { onDuty: false })]).memberId).toBeNull();
    expect(decide(named, {}, []).memberId).toBeNull();
  });
});

describe('the owner of a case that no agent opened', () => {
  it('has the skills that the matching rule asks of an owner', () => {
    const rules: RoutingRules = {
      assignOwner: true,
      rules: [rule('chinese', { keywords: ['包裹'] }, { ownerSkills: ['zh'] })],
    };
    const agents = [candidate('agent-1'), candidate('agent-2', { skills: ['zh'], load: 7 })];
    const owner = (text: string) => ownerFor({ version: 1, rules }, { ...FACTS, text }, agents);
    expect(owner('包裹没到')).toMatchObject({ ownerId: 'agent-2', rule: 'chinese', version: 1 });
    expect(owner('Parcel')).toMatchObject({ ownerId: 'agent-1', rule: null });
  });
});

const configured: ConfiguredNow = {
  at: Date.UTC(2026, 2, 2),
  departments: new Map(['logistics', 'product'].map((key) => [key, { calendar: 'default' }])),
  calendars: new Map(),
  slaPolicies: new Map(),
  staff: new Map([
    ['logistics-1', { role: 'member', department: 'logistics', active: true }],
    ['logistics-old', { role: 'member', department: 'logistics', active: false }],
    ['product-1', { role: 'member', department: 'product', active: true }],
  ]),
};
const checked = (body: unknown) => routingRulesKind.check('default', body, configured);
const one = { name: 'one', when: { category: 'delivery' }, department: 'logistics', why: 'Theirs.' };

describe('routing rules as they are published', () => {
  it('are stored folded, sorted, and with what was left out', () => {
    const { value, problems } = checked({
      rules: [{ ...one, when: { category: ['Refund', 'delivery', 'DELIVERY'] }, skills: ['ZH', 'en'] }],
    });
    expect(problems).toEqual([]);
    expect(value).toEqual({
      assignOwner: false,
      rules: [
        {
          name: 'one',
          when: { category: ['delivery', 'refund'] },
          department: 'logistics',
          skills: ['en', 'zh'],
          person: null,
          ownerSkills: [],
          why: 'Theirs.',
        },
      ],
    });
  });

  it.each([
    [
      'a department that does not exist',
      [{ ...one, department: 'nowhere' }],
      '/rules/0/department inconsistent',
    ],
    ['no reason', [{ ...one, why: undefined }], '/rules/0/why required'],
    ['a field that does not exist', [{ ...one, colour: 'red' }], '/rules/0/colour unknown-field'],
    [
      'a condition that does not exist',
      [{ ...one, when: { mood: ['bad'] } }],
      '/rules/0/when/mood unknown-field',
    ],
    [
      'a grade that does not exist',
      [{ ...one, when: { grade: ['gold'] } }],
      '/rules/0/when/grade/0 malformed',
    ],
    ['an empty list of values', [{ ...one, when: { channel: [] } }], '/rules/0/when/channel required'],
    ['an empty keyword', [{ ...one, when: { keywords: [' '] } }], '/rules/0/when/keywords/0 required'],
    ['a person of another department', [{ ...one, person: 'product-1' }], '/rules/0/person inconsistent'],
    ['a person who has left', [{ ...one, person: 'logistics-old' }], '/rules/0/person inconsistent'],
    ['a person who is a number', [{ ...one, person: 7 }], '/rules/0/person wrong-type'],
    [
      'a person named like a part of every object',
      [{ ...one, person: 'constructor' }],
      '/rules/0/person inconsistent',
    ],
    ['skills that are no list', [{ ...one, skills: 'zh' }], '/rules/0/skills wrong-type'],
    ['two rules of one name', [one, { ...one, name: 'ONE', when: {} }], '/rules/1/name inconsistent'],
    [
      'a rule after one for everything',
      [
        { ...one, when: {} },
        { ...one, name: 'two' },
      ],
      '/rules/1/when inconsistent',
    ],
    ['a rule twice', [one, { ...one, name: 'two' }], '/rules/1/when inconsistent'],
    [
      'a rule that a wider one takes all of',
      [
        { ...one, when: { category: ['delivery', 'refund'] } },
        { ...one, name: 'two', when: { category: 'refund', grade: 'vip' } },
      ],
      '/rules/1/when inconsistent',
    ],
    ['rules that are no list', 'all to logistics', '/rules wrong-type'],
    ['more rules than anybody reads', Array.from({ length: 101 }, () => one), '/rules out-of-range'],
  ])('are refused with %s', (_fault, rules, expected) => {
    const { problems } = checked({ rules });
    expect(problems.map(({ pointer, code }) => `${pointer} ${code}`)).toContain(expected);
  });

  it('may hold a narrower rule before a wider one', () => {
    const rules = [
      { ...one, when: { category: 'delivery', grade: 'vip' } },
      { ...one, name: 'two' },
    ];
    expect(checked({ rules }).problems).toEqual([]);
    expect(checked({ rules: [{ ...one, person: 'logistics-1' }] }).problems).toEqual([]);
  });
});

const word = fc.constantFrom('a', 'b', 'c');
const some = fc.option(fc.uniqueArray(word, { minLength: 1 }), { nil: undefined });
const arbitraryWhen: fc.Arbitrary<RoutingWhen> = fc
  .record({
    category: some,
    channel: some,
    grade: fc.option(fc.uniqueArray(fc.constantFrom(...GRADES), { minLength: 1 }), { nil: undefined }),
    product: some,
    keywords: some,
  })
  .map((when) => Object.fromEntries(Object.entries(when).filter(([, values]) => values !== undefined)));
const arbitraryFacts: fc.Arbitrary<RoutingFacts> = fc.record({
  category: word,
  channel: word,
  grade: fc.constantFrom(...GRADES),
  product: fc.option(word),
  text: fc.array(word).map((words) => words.join(' ')),
  ownerId: fc.option(fc.constant('agent-1')),
});
const arbitraryPeople: fc.Arbitrary<Candidate[]> = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('p1', 'p2', 'p3', 'p4'),
    skills: fc.uniqueArray(word),
    onDuty: fc.boolean(),
    load: fc.nat({ max: 3 }),
    capacity: fc.option(fc.integer({ min: 1, max: 3 })),
  }),
  { selector: ({ id }) => id },
);
const arbitraryRules = fc
  .array(fc.tuple(arbitraryWhen, fc.uniqueArray(word), fc.constantFrom(null, 'leastLoaded', 'owner', 'p1')), {
    maxLength: 6,
  })
  .map((all) => all.map(([when, skills, person], n) => rule(`rule ${n}`, when, { skills, person })));

describe('routing, whatever the rules and the case', () => {
  it('decides the same for the same facts, in whatever order people are listed', () => {
    fc.assert(
      fc.property(arbitraryRules, arbitraryFacts, arbitraryPeople, (rules, facts, people) => {
        expect(decide(rules, facts, people)).toEqual(decide(rules, { ...facts }, [...people].reverse()));
      }),
    );
  });

  it('is decided by one rule: the first that matches alone', () => {
    fc.assert(
      fc.property(arbitraryRules, arbitraryFacts, (rules, facts) => {
        const alone = rules.filter((each) => decide([each], facts).rule !== null);
        expect(decide(rules, facts).rule).toBe(alone[0]?.name ?? null);
      }),
    );
  });

  it('chooses only somebody who is there, can, and has a hand free', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryPeople, fc.uniqueArray(word), (facts, people, skills) => {
        const { memberId } = decide([rule('one', {}, { person: 'leastLoaded', skills })], facts, people);
        const fit = people.filter(
          (each) =>
            each.onDuty &&
            skills.every((skill) => each.skills.includes(skill)) &&
            (each.capacity === null || each.load < each.capacity),
        );
        const least = Math.min(...fit.map(({ load }) => load));
        const chosen = fit.find(({ id }) => id === memberId);
        expect(fit.length === 0 ? memberId : chosen?.load).toBe(fit.length === 0 ? null : least);
      }),
    );
  });

  it('never reaches a rule that an earlier one covers', () => {
    fc.assert(
      fc.property(arbitraryWhen, arbitraryWhen, arbitraryFacts, (wide, narrow, facts) => {
        fc.pre(covers(wide, narrow));
        expect(decide([rule('wide', wide), rule('narrow', narrow)], facts).rule).not.toBe('narrow');
      }),
      { numRuns: 300 },
    );
  });
});

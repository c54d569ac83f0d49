// Texts made to keep a careless pattern busy (reliability.md N19), in every text field of every route, every parameter and
// every mail that comes in: judged within 50 ms of CPU, client and server together.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fieldsOf } from './body-fields.js';
import { REGEX_ATTACKS } from './hostile-values.js';
import { HostileWorld, type Entrance } from './hostile-world.js';
import { thinned, Turns } from './thinning.js';
import type { Sent } from './wire.js';

const CPU_MS_MAX = 50;
/** Enough for whatever is worse than linear: 20,000 squared is half a second. */
const ATTACK_LENGTH = 20_000;
/** A mail is taken apart in a thread of its own, whose start alone costs 40 ms. */
const MAIL_CPU_MS_MAX = 250;
/** What an address may have, with room for the rest of it. */
const QUERY_LENGTH = 2_000;

let world: HostileWorld;
let entrances: Entrance[];
beforeAll(async () => {
  world = await HostileWorld.open();
  entrances = await world.jsonEntrances();
  await world.moreLinksFor(2_000);
});
afterAll(() => world?.close());

const attack = (unit: string, length: number) => `${unit.repeat(Math.ceil(length / unit.length))}!`;

/** @returns those that cost too much. */
async function slowAmong(
  trials: readonly (readonly [name: string, request: () => Sent])[],
  enoughMs = CPU_MS_MAX,
): Promise<string[]> {
  const slow: string[] = [];
  for (const [name, request] of trials) {
    const cpuMs = await world.cpuMsOf(() => world.wire.send(request()), enoughMs);
    if (cpuMs > enoughMs) slow.push(`${name}: ${cpuMs} ms`);
  }
  return slow;
}

describe('a text that is made to keep a pattern busy', () => {
  it('keeps no field of a body busy', async () => {
    const texts = entrances.flatMap((entrance) =>
      fieldsOf(entrance.operation.body ?? {})
        .filter(({ kind }) => ['text', 'word', 'instant', 'uuid', 'email'].includes(kind))
        .map((field) => ({ entrance, field })),
    );
    const turns = new Turns();
    const trials = texts.flatMap(({ entrance, field }) => {
      const turn = turns.next(field);
      return thinned(REGEX_ATTACKS, () => 'N19', turn).map((unit) => {
        const body = JSON.stringify(field.bodyWith(attack(unit, ATTACK_LENGTH)));
        const name = `${entrance.operation.name} ${field.pointer} ${JSON.stringify(unit)}`;
        return [name, () => entrance.request(body)] as const;
      });
    });
    expect(trials.length).toBeGreaterThan(400);
    expect(await slowAmong(trials)).toEqual([]);
  });

  it('keeps no parameter and no header busy', async () => {
    const reading = await world.readingEntrances();
    const trials = reading.flatMap((entrance, turn) => [
      ...entrance.operation.parameters
        .filter((parameter) => parameter.in === 'query')
        .flatMap(({ name }) =>
          thinned(REGEX_ATTACKS, () => 'N19', turn).map((unit) => {
            const query = `${name}=${encodeURIComponent(attack(unit, QUERY_LENGTH / encodeURIComponent(unit).length))}`;
            const request = () => entrance.request();
            return [`${entrance.operation.name}?${name} ${unit}`, () => withQuery(request(), query)] as const;
          }),
        ),
      ...[
        'accept',
        'accept-language',
        'if-match',
        'authorization',
        'cookie',
        'traceparent',
        'idempotency-key',
      ].map((header) => {
        const unit = REGEX_ATTACKS.filter((each) => /^[\x20-\x7e]+$/.test(each))[turn % 10] as string;
        const headers = { [header]: attack(unit, 10_000) };
        return [`${entrance.operation.name} ${header}`, () => entrance.request(undefined, headers)] as const;
      }),
    ]);
    expect(trials.length).toBeGreaterThan(300);
    expect(await slowAmong(trials)).toEqual([]);
  });

  it('keeps nobody busy who reads a mail', async () => {
    const mail = (headers: readonly string[], body: string) =>
      ['Message-ID: <a@b.example>', 'MIME-Version: 1.0', ...headers, '', body].join('\r\n');
    const from = 'From: ada@example.com';
    const mails = [
      ...['a@', ' ', '<a ', 'http://a', '\t ', ', '].flatMap((unit) => [
        mail([`From: ${attack(unit, 10_000)}`, 'Subject: x'], 'x'),
        mail([from, `Subject: ${attack(unit, 10_000)}`], 'x'),
        mail([from, `References: ${attack(unit, 10_000)}`], 'x'),
        mail([from, 'Subject: x'], attack(unit, ATTACK_LENGTH)),
        mail([from, 'Subject: x', 'Content-Type: text/html'], attack(unit, ATTACK_LENGTH)),
      ]),
      mail([`From: ${':'.repeat(10_000)}`], 'x'),
      mail([`From: ${'('.repeat(10_000)}`], 'x'),
      mail([`From: ${'<'.repeat(10_000)}`], 'x'),
      mail([`From: ${'"'.repeat(10_001)}`], 'x'),
      mail([from, `Content-Type: multipart/mixed; boundary="${'-'.repeat(70)}"`], `--${'-'.repeat(40_000)}`),
      mail([from, 'Content-Type: text/html'], '<div>'.repeat(10_000)),
      mail([from, 'Content-Type: text/html'], '<!--'.repeat(10_000)),
      mail([from, 'Content-Type: text/html'], '&'.repeat(50_000)),
      mail([from, 'Subject: '.concat('=?utf-8?Q?=41?= '.repeat(600))], 'x'),
    ];
    const headers = { authorization: `Bearer ${world.app.tokens.service}`, 'content-type': 'message/rfc822' };
    const request = { method: 'POST', path: '/api/v1/inbound/email', headers };
    const trials = mails.map(
      (body, n) => [`mail ${n} ${body.slice(0, 150)}`, () => ({ ...request, body })] as const,
    );
    expect(await slowAmong(trials, MAIL_CPU_MS_MAX)).toEqual([]);
  });

  it('has made nothing fail', () => {
    expect([...world.wire.counts.keys()].filter((status) => status >= 500)).toEqual([]);
  });
});

const withQuery = (request: Sent, query: string): Sent => ({ ...request, path: `${request.path}?${query}` });

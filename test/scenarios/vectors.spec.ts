/**
 * Deadline questions over real sockets: what a client asks the preview and is answered. Our own file always, the public
 * one where it is at hand.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpDoor } from '../../scripts/replay/http-door.js';
import { toCalendarBody } from '../../scripts/vectors/foreign-calendar.js';
import { readVectors, type VectorFile } from '../../scripts/vectors/read-vectors.js';
import { isClean, isMixture, reportText } from '../../scripts/vectors/report.js';
import { runVectors, type VectorResult } from '../../scripts/vectors/run-vectors.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { isPresent, OWN_VECTORS, PUBLIC_VECTORS, titled } from './files.js';

let app: TestApp;
let door: HttpDoor;

beforeAll(async () => {
  app = await startTestApp();
  door = new HttpDoor(new URL(app.url), app.tokens, 4);
});

afterAll(async () => {
  door.close();
  await app.close();
});

const ask = (file: VectorFile): Promise<VectorResult[]> => runVectors(door, file, 4, () => {});
const misses = (results: readonly VectorResult[]) => results.filter(({ reading }) => reading === null);

describe('a calendar of a vector file', () => {
  it('keeps holidays before hours of a date, and those before the hours of a week', () => {
    const body = toCalendarBody({
      timezone: 'Europe/Berlin',
      hours: { mon: [['09:00', '17:00']] },
      holidays: ['2026-12-24', '2026-12-24'],
      date_hours: { '2026-12-24': [['09:00', '12:00']], '2026-12-26': [['10:00', '14:00']] },
      breaks: { '2026-12-22': [['12:00', '12:45']], '2026-12-23': [] },
    });
    expect(body).toEqual({
      timeZone: 'Europe/Berlin',
      weekly: { mon: [['09:00', '17:00']] },
      overrides: [
        { date: '2026-12-24', windows: [] },
        { date: '2026-12-26', windows: [['10:00', '14:00']] },
      ],
      breaks: [{ date: '2026-12-22', windows: [['12:00', '12:45']] }],
    });
  });
});

describe('vectors over HTTP', () => {
  it('are all as expected in our own file', async () => {
    const results = await ask(await readVectors(OWN_VECTORS));
    expect(misses(results)).toEqual([]);
    expect(results).toHaveLength(27);
  });

  const withPublic = isPresent(PUBLIC_VECTORS) ? it : it.skip;
  withPublic(titled('are all as expected in the public file, read one way', PUBLIC_VECTORS), async () => {
    const results = await ask(await readVectors(PUBLIC_VECTORS));
    expect(misses(results)).toEqual([]);
    expect(results.filter(({ reading }) => reading === 'opening')).toEqual([]);
    expect(results.filter(({ reading }) => reading === 'close').length).toBeGreaterThan(0);
  });

  it('show a wrong answer with what was expected and what came', async () => {
    const file = await readVectors(OWN_VECTORS);
    const [first] = file.vectors;
    const wrong = { ...first, expected_due: '2026-03-30T08:30:00Z' } as VectorFile['vectors'][number];
    const results = await ask({ ...file, vectors: [wrong] });
    const report = { file: 'wrong.json', results, requests: 1, seconds: 0 };
    expect(isClean(report)).toBe(false);
    expect(reportText(report)).toContain(
      `MISS ${wrong.id} (due): expected 2026-03-30T08:30:00Z, got 2026-03-30T07:30:00.000Z`,
    );
  });

  it('show a refusal in the words of the product', async () => {
    const file = await readVectors(OWN_VECTORS);
    const calendars = { ...file.calendars, berlin: { timezone: 'Europe/Berlin', hours: {} } };
    const [result] = await ask({ calendars, vectors: file.vectors.slice(0, 1) });
    expect(result).toMatchObject({
      reading: null,
      got: expect.stringMatching(/^422 invalid-fields: .*no-open-second/),
    });
  });
});

describe('the two readings of a target used up at closing', () => {
  const result = (reading: VectorResult['reading'], op: VectorResult['op'] = 'due'): VectorResult => ({
    id: 'v',
    op,
    reading,
    expected: 'a or b',
    got: 'a',
  });

  it('are each right alone and a fault together', () => {
    expect(isMixture([result('close'), result('plain')])).toBe(false);
    expect(isMixture([result('opening'), result('opening')])).toBe(false);
    const mixed = [result('close'), result('opening')];
    expect(isMixture(mixed)).toBe(true);
    expect(isClean({ file: 'f', results: mixed, requests: 0, seconds: 0 })).toBe(false);
  });

  it('are told apart for counting forwards and backwards', () => {
    expect(isMixture([result('close', 'due'), result('opening', 'before')])).toBe(false);
  });
});

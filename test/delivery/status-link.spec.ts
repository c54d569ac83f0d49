import { describe, expect, it } from '@jest/globals';
import { StatusLinks } from '../../src/delivery/status-link.js';
import { CASE_ID } from './story.js';

const SECRET = 'a-secret-of-at-least-thirty-two-bytes!';
const links = new StatusLinks(SECRET);

describe('a status link', () => {
  it('says which case it opens and of which generation it is', () => {
    expect(links.verify(links.sign(CASE_ID, 7))).toEqual({ caseId: CASE_ID, generation: 7 });
    expect(links.verify(links.sign(CASE_ID.toUpperCase(), 65_535))).toEqual({
      caseId: CASE_ID,
      generation: 65_535,
    });
  });

  it('fits into a path without any encoding', () => {
    expect(links.sign(CASE_ID, 0)).toMatch(/^[A-Za-z0-9_-]{56}$/);
  });

  it('is the same on every node that has the secret, and on no other', () => {
    const token = links.sign(CASE_ID, 1);
    expect(new StatusLinks(Buffer.from(SECRET)).sign(CASE_ID, 1)).toBe(token);
    expect(new StatusLinks(`${SECRET}.`).verify(token)).toBeNull();
  });

  it('is void as soon as any one of its characters is another', () => {
    const token = links.sign(CASE_ID, 1);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(links.verify(token.slice(0, at) + other + token.slice(at + 1))).toBeNull();
    }
  });

  it.each([
    ['nothing', ''],
    ['a part of one', links.sign(CASE_ID, 1).slice(0, -1)],
    ['one with something behind it', `${links.sign(CASE_ID, 1)}A`],
    ['one with padding', `${links.sign(CASE_ID, 1)}==`],
    ['one in the other base 64', links.sign(CASE_ID, 1).replace(/.$/, '+')],
    ['a case id', CASE_ID],
    ['line breaks', `${links.sign(CASE_ID, 1)}\n`],
    ['letters of another script', 'ａ'.repeat(56)],
    ['very much', 'A'.repeat(100_000)],
  ])('opens nothing when it is %s', (_, token) => {
    expect(links.verify(token)).toBeNull();
  });

  it('cannot be made without a case id, with a generation that does not fit, or with a short secret', () => {
    expect(() => links.sign('no-uuid', 1)).toThrow(RangeError);
    expect(() => links.sign(CASE_ID, 65_536)).toThrow(RangeError);
    expect(() => links.sign(CASE_ID, -1)).toThrow(RangeError);
    expect(() => new StatusLinks('short')).toThrow(RangeError);
  });
});

// Idempotency-Key, If-Match and the fingerprint of a request. Pure.
import { describe, expect, it } from '@jest/globals';
import { etagOf, idempotencyKeyOf, ifMatchOf, requestHash } from '../../src/http/input/command-headers.js';

describe('an Idempotency-Key', () => {
  it.each([
    ['absent', undefined, null],
    ['bare', 'k-1', 'k-1'],
    ['quoted', '"k-1"', 'k-1'],
    ['one character', '!', '!'],
    ['255 characters', 'k'.repeat(255), 'k'.repeat(255)],
    ['255 characters, quoted', `"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ])('may be %s', (_what, header, key) => {
    expect(idempotencyKeyOf(header)).toBe(key);
  });

  it.each([
    ['empty', ''],
    ['quoted nothing', '""'],
    ['256 characters', 'k'.repeat(256)],
    ['two keys', 'a, b'],
    ['with a space', 'a b'],
    ['with NUL', 'a\u0000'],
    ['an emoji', '😀'],
    ['half quoted', '"a'],
    ['quoted within', 'a"b'],
  ])('is refused when it is %s', (_what, header) => {
    expect(() => idempotencyKeyOf(header)).toThrow('invalid-idempotency-key');
  });
});

describe('If-Match', () => {
  it.each([
    ['absent', undefined, null],
    ['any', '*', null],
    ['our own tag', etagOf(12), 12],
    ['our tag, weakened by a proxy', 'W/"12"', 12],
    ['a tag that is none of ours', '"abc"', -1],
    ['a revision that none can be', '"0"', -1],
    ['a number beyond all revisions', '"99999999999999999999"', -1],
  ])('that is %s names the revision', (_what, header, revision) => {
    expect(ifMatchOf(header)).toBe(revision);
  });

  it.each(['', '12', '"12', '"1", "2"', 'W/12', '"a b"'])('is refused when it is %s', (header) => {
    expect(() => ifMatchOf(header)).toThrow('invalid-if-match');
  });
});

describe('the fingerprint of a request', () => {
  const hash = (body: unknown) => requestHash('POST', '/api/v1/cases', body);

  it('is the same whatever the order of keys', () => {
    expect(hash({ a: 1, b: { c: [1, 2], d: null } })).toBe(hash({ b: { d: null, c: [1, 2] }, a: 1 }));
  });

  it('is the same for no body and an empty one', () => {
    expect(hash(undefined)).toBe(hash({}));
  });

  it.each([
    ['a value', { a: 2 }],
    ['a type', { a: '1' }],
    ['a further key', { a: 1, b: null }],
    ['nesting', { a: [1] }],
  ])('changes with %s', (_what, body) => {
    expect(hash(body)).not.toBe(hash({ a: 1 }));
  });

  it('changes with method and path', () => {
    const hashes = [
      hash({}),
      requestHash('PUT', '/api/v1/cases', {}),
      requestHash('POST', '/api/v1/tasks', {}),
    ];
    expect(new Set(hashes).size).toBe(3);
  });
});

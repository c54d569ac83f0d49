// Where a sign-in may lead afterwards: to a page of ours, in every reading of the address.
import { describe, expect, it } from '@jest/globals';
import { safeReturnPath } from '../../src/http/auth/same-origin.js';

describe('where a sign-in ends', () => {
  it.each([
    ['/inbox', '/inbox'],
    ['/inbox?mine=1&x=%2F%2Fevil.example#top', '/inbox?mine=1&x=%2F%2Fevil.example#top'],
    ['/a/../b', '/b'],
    ['https://evil.example', '/'],
    ['//evil.example', '/'],
    ['///evil.example', '/'],
    ['/\\evil.example', '/'],
    ['\\\\evil.example', '/'],
    ['/a\\..\\..\\evil.example', '/'],
    ['/%2f%2fevil.example', '/'],
    ['/%2Fevil.example', '/'],
    ['/%5cevil.example', '/'],
    ['/..//evil.example', '/'],
    ['/./%2fevil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/\n/evil.example', '/'],
    [' //evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['data:text/html,x', '/'],
    ['@evil.example', '/'],
    ['.evil.example', '/'],
    ['/login?returnTo=/login', '/'],
    ['/logout', '/'],
    ['', '/'],
    [['/inbox'], '/'],
    [`/${'x'.repeat(1_001)}`, '/'],
    ['/входящие', '/'],
  ])('is one of our pages: %j leads to %s', (wanted, path) => {
    expect(safeReturnPath(wanted, 'https://cases.example.com')).toBe(path);
  });
});

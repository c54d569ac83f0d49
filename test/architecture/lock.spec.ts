// A clean clone begins with `npm ci`, and that refuses a lock which lacks a platform's package of a compiler or
// linter. So the lock is checked here, on every machine, and not first on the one that lacks it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { missingPlatformPackages, type PackageLock } from '../../scripts/lock/platform-packages.js';

describe('package-lock.json', () => {
  it('names every platform’s package (`npm run complete-lock` adds them)', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as PackageLock;
    expect(Object.keys(missingPlatformPackages(lock))).toEqual([]);
  });
});

describe('the search for platform packages', () => {
  const parent = {
    dev: true,
    optionalDependencies: { '@tool/linux-x64-gnu': '1.2.3', '@tool/core-win32-arm64-msvc': '1.2.3' },
  };

  it('finds what the lock lacks, with its platform, and nothing else', () => {
    const packages = { '': {}, 'node_modules/tool': parent, 'node_modules/@tool/linux-x64-gnu': {} };
    expect(missingPlatformPackages({ packages })).toEqual({
      'node_modules/@tool/core-win32-arm64-msvc': {
        version: '1.2.3',
        cpu: ['arm64'],
        dev: true,
        optional: true,
        os: ['win32'],
      },
    });
  });

  it('sees a package below its parent, and below a package around it', () => {
    const packages = {
      'node_modules/a/node_modules/tool': parent,
      'node_modules/a/node_modules/tool/node_modules/@tool/linux-x64-gnu': {},
      'node_modules/a/node_modules/@tool/core-win32-arm64-msvc': {},
    };
    expect(missingPlatformPackages({ packages })).toEqual({});
  });

  it('tells the C library of a Linux package', () => {
    const packages = { 'node_modules/tool': { optionalDependencies: { '@t/b-linux-arm64-musl': '2.0.0' } } };
    expect(missingPlatformPackages({ packages })['node_modules/@t/b-linux-arm64-musl']?.libc).toEqual([
      'musl',
    ]);
  });

  it('guesses neither a version nor a platform', () => {
    const inRange = { 'node_modules/tool': { optionalDependencies: { '@t/linux-x64-gnu': '^1.0.0' } } };
    const nameless = { 'node_modules/tool': { optionalDependencies: { fsevents: '1.0.0' } } };
    expect(() => missingPlatformPackages({ packages: inRange })).toThrow('@t/linux-x64-gnu@^1.0.0');
    expect(() => missingPlatformPackages({ packages: nameless })).toThrow('fsevents@1.0.0');
  });
});

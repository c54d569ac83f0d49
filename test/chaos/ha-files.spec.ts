/** The files of a cluster that docs/ha shows: what loses nothing is switched on, and everybody is told the same. */
import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findPrograms, MissingPrerequisite } from '../../scripts/chaos/ha/prerequisites.js';

const read = (file: string): string => readFileSync(`docs/ha/${file}`, 'utf8');

/** Names that a file of environment variables sets. */
const setIn = (file: string): string[] => [...read(file).matchAll(/^(\w+)=/gm)].map(([, name]) => name ?? '');

describe('the files of a cluster', () => {
  /** A setting of the cluster, as written. */
  const setting = (name: string): string | undefined =>
    new RegExp(`^ {4}${name}: (.*)$`, 'm').exec(read('patroni.yml'))?.[1];
  /** Names of environment variables that the containers are given. */
  const inContainers = (names: RegExp): string[] =>
    [...new Set([...read('compose.yaml').matchAll(/^ +(\w+): /gm)].map(([, name]) => name ?? ''))].filter(
      (name) => names.test(name),
    );

  it.each([
    ['acknowledge nothing that is on one server only', 'synchronous_mode', 'true'],
    ['acknowledge nothing while there is no standby', 'synchronous_mode_strict', 'true'],
    ['keep a leader that only etcd has left', 'failsafe_mode', 'true'],
    ['replace a leader whose PostgreSQL died', 'primary_start_timeout', '0'],
  ])('%s', (_title, name, expected) => {
    expect(setting(name)).toBe(expected);
  });

  it('give a leader time to try twice before its key is gone', () => {
    const [ttl, loop, retry] = ['ttl', 'loop_wait', 'retry_timeout'].map((name) => Number(setting(name)));
    expect((loop ?? NaN) + 2 * (retry ?? NaN)).toBeLessThanOrEqual(ttl ?? NaN);
  });

  it('cut the connections to a server that is no primary any more', () => {
    const primary = /backend primary\n((?: .*\n)+)/.exec(read('haproxy.cfg'))?.[1] ?? '';
    expect(primary).toMatch(/httpchk GET \/primary/);
    expect(primary).toMatch(/default-server .*on-marked-down shutdown-sessions/);
  });

  it('tell Patroni in a container what they tell it on a machine', () => {
    expect(inContainers(/^PATRONI_/).sort()).toEqual(setIn('patroni_env.conf').sort());
  });

  it('tell HAProxy every name that its configuration asks for', () => {
    const asked = new Set([...read('haproxy.cfg').matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? ''));
    expect(setIn('haproxy.env').sort()).toEqual([...asked].sort());
    expect(inContainers(/_(BIND|POSTGRES|REST_PORT)$/).sort()).toEqual([...asked].sort());
  });
});

describe('a machine without the packages', () => {
  it('is told in one sentence what is missing', () => {
    expect(() => findPrograms({ PATH: '/nowhere', POSTGRES_BIN: '/nowhere' }, [])).toThrow(
      MissingPrerequisite,
    );
    expect(() => findPrograms({ PATH: '/nowhere', POSTGRES_BIN: '/nowhere' }, [])).toThrow(
      'not installed: patroni, etcd, haproxy, PostgreSQL 15 (/nowhere)',
    );
  });

  it('ends the command with 2 and starts nothing', () => {
    const ended = spawnSync(
      process.execPath,
      ['--import', './scripts/typescript.mjs', 'scripts/chaos/ha/main.ts'],
      { encoding: 'utf8', env: { POSTGRES_BIN: '/nowhere' } },
    );
    expect(ended.stderr).toContain('chaos:ha: not installed: ');
    expect([ended.status, ended.stdout]).toEqual([2, '']);
  });
});

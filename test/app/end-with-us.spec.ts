// A benchmark that is killed must not leave servers behind: the next run would measure beside them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const at = (file: string): string => JSON.stringify(pathToFileURL(file).href);
/** Ends by itself after this, so that a failing test leaves nothing for long. */
const SECONDS = 20;

const PROGRAM = `
  import { spawn } from 'node:child_process';
  import { endWithUs } from ${at('src/app/end-with-us.ts')};
  const other = spawn('sleep', ['${SECONDS}'], { stdio: ['ignore', 'inherit', 'ignore'] });
  endWithUs(other.pid);
  console.log('started');
`;

describe('the dead man’s switch', () => {
  it('ends what a killed process had started', async () => {
    const args = ['--import', './scripts/typescript.mjs', '--input-type=module', '-e', PROGRAM];
    const starter = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(starter.stdout, 'data');
    // Closes when nobody holds its other end any more: neither the starter nor what it started.
    const closed = once(starter.stdout, 'close');
    const killedAt = performance.now();
    starter.kill('SIGKILL');
    await closed;
    expect(performance.now() - killedAt).toBeLessThan((SECONDS * 1000) / 2);
  });
});

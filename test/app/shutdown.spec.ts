// How a node ends, whether it serves or is still starting.
import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../src/app/logging.js';
import { Shutdown, StoppedWhileStarting } from '../../src/app/shutdown.js';

const logger = createLogger('silent');

describe('a shutdown', () => {
  it('undoes what was begun in reverse order', async () => {
    const shutdown = new Shutdown(logger);
    const undone: string[] = [];
    for (const name of ['database', 'pool', 'loop']) {
      await shutdown.step(
        name,
        async () => name,
        (made) => void undone.push(made),
      );
    }
    expect(await shutdown.stop()).toBe(true);
    expect(undone).toEqual(['loop', 'pool', 'database']);
  });

  it('goes on past a part that cannot be stopped, and says that it was not clean', async () => {
    const shutdown = new Shutdown(logger);
    const undone: string[] = [];
    await shutdown.step(
      'database',
      async () => 1,
      () => void undone.push('database'),
    );
    await shutdown.step(
      'loop',
      async () => 2,
      () => Promise.reject(new Error('stuck')),
    );
    expect(await shutdown.stop()).toBe(false);
    expect(undone).toEqual(['database']);
  });

  it('happens once, however often it is asked for', async () => {
    const shutdown = new Shutdown(logger);
    let times = 0;
    await shutdown.step(
      'pool',
      async () => 1,
      () => void (times += 1),
    );
    await Promise.all([shutdown.stop(), shutdown.stop()]);
    await shutdown.stop();
    expect(times).toBe(1);
  });

  it('lets a step under way end, undoes it, and begins no further one', async () => {
    const shutdown = new Shutdown(logger);
    const undone: string[] = [];
    let finish: (made: string) => void = () => undefined;
    const starting = shutdown.step(
      'database',
      () => new Promise<string>((resolve) => (finish = resolve)),
      (made) => void undone.push(made),
    );
    const stopping = shutdown.stop();
    finish('database');
    await expect(starting).rejects.toBeInstanceOf(StoppedWhileStarting);
    expect(await stopping).toBe(true);
    expect(undone).toEqual(['database']);
    let begun = false;
    const next = shutdown.step('pool', async () => (begun = true));
    await expect(next).rejects.toBeInstanceOf(StoppedWhileStarting);
    expect(begun).toBe(false);
  });

  it('is clean when the step under way fails', async () => {
    const shutdown = new Shutdown(logger);
    const starting = shutdown.step('database', () => Promise.reject(new Error('no such host')));
    await expect(starting).rejects.toThrow('no such host');
    expect(await shutdown.stop()).toBe(true);
  });
});

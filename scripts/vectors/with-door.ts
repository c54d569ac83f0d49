/**
 * A door to an instance for as long as some work takes: one that runs already, or one started for it and ended
 * afterwards, also when the work is interrupted. Knows nothing of the work.
 */
import { HttpDoor } from '../replay/http-door.js';
import { type Instance, readTokens, startInstance } from '../replay/own-instance.js';

export interface DoorOptions {
  /** null: start one. */
  readonly url: string | null;
  /** `tokens.json` of an instance that runs already, or the folder that holds it. */
  readonly tokens: string;
  /** Epoch milliseconds: where the clock of an instance of our own begins. */
  readonly clockStartAt: number;
  readonly sockets: number;
  /** Leave the database of the instance that was started. */
  readonly keep: boolean;
}

/** What shells expect of a program that was interrupted. */
const EXIT_INTERRUPTED = 130;

export async function withDoor<T>(options: DoorOptions, work: (door: HttpDoor) => Promise<T>): Promise<T> {
  const clockStart = new Date(options.clockStartAt).toISOString();
  const instance = options.url === null ? await startInstance(clockStart) : null;
  const base = instance?.base ?? new URL(options.url ?? '');
  const folder = options.tokens.replace(/\/?tokens\.json$/, '') || '.';
  const door = new HttpDoor(base, instance?.tokens ?? (await readTokens(folder)), options.sockets);
  const interrupted = (): void => {
    void endInstance(instance, false).finally(() => process.exit(EXIT_INTERRUPTED));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await work(door);
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    door.close();
    await endInstance(instance, options.keep);
  }
}

async function endInstance(instance: Instance | null, keep: boolean): Promise<void> {
  if (!instance) return;
  await instance.stop(keep);
  if (keep) process.stderr.write(`The database is kept: DATA_DIR=${instance.dataDir}\n`);
}

/**
 * Takes a raw mail apart, away from the node's own thread: a mail is whatever its sender likes, and some that are far
 * below any limit on size cost seconds or gigabytes (25 MiB of empty lines end a process). A mail that cannot be read
 * within bounds is unreadable, and costs nobody else anything.
 */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { Email } from 'postal-mime';

/** The mail breaks the format or our bounds: there is no use in sending it again. */
export class UnreadableMail extends Error {}

/** The largest mail: five attachments do not fit, two large ones do. */
export const MAIL_BYTES_MAX = 25 * 1024 * 1024;
/** An honest mail of that size takes less than a second. */
const PARSE_MS_MAX = 10_000;
/** Several times what an honest mail of that size needs. */
const HEAP_MIB_MAX = 256;
/** Each parse may hold a mail several times over. */
const AT_ONCE_MAX = 2;
const BOUNDS = { maxNestingDepth: 50, maxHeadersSize: 256 * 1024, maxRfc822NestingDepth: 3 };

/** Written as text so that the same lines run compiled and from source; CommonJS, as such threads are. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const { default: PostalMime } = require(workerData.parser);
PostalMime.parse(workerData.raw, workerData.bounds).then(
  (email) => parentPort.postMessage({ email }),
  (error) => parentPort.postMessage({ fault: String(error && error.message) }),
);`;

const inTurn = pLimit(AT_ONCE_MAX);

/** @throws UnreadableMail */
export function parseMail(raw: Uint8Array): Promise<Email> {
  if (raw.byteLength > MAIL_BYTES_MAX) return Promise.reject(new UnreadableMail('the mail is too large'));
  return inTurn(() => inThread(raw));
}

async function inThread(raw: Uint8Array): Promise<Email> {
  const parser = createRequire(import.meta.url).resolve('postal-mime');
  const thread = new Worker(THREAD, {
    eval: true,
    workerData: { raw, bounds: BOUNDS, parser },
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
  });
  try {
    return await answerOf(thread);
  } finally {
    await thread.terminate();
  }
}

/** @throws UnreadableMail for a fault, for no answer in time, and for a thread that ended without one */
function answerOf(thread: Worker): Promise<Email> {
  return new Promise<Email>((resolve, reject) => {
    const unreadable = (why: string): void => reject(new UnreadableMail(why));
    const late = setTimeout(() => unreadable('the mail takes too long to read'), PARSE_MS_MAX);
    thread.once('message', ({ email, fault }: { email?: Email; fault?: string }) =>
      email ? resolve(email) : unreadable(fault ?? 'the mail cannot be read'),
    );
    thread.once('error', ({ message }: Error) => unreadable(message));
    thread.once('exit', () => {
      clearTimeout(late);
      unreadable('the mail cannot be read');
    });
  });
}

/**
 * Takes a raw mail apart, in a process of its own: a mail is whatever its sender likes, and some that are far below any
 * limit on size cost seconds or gigabytes. A thread is no fence: 25 MiB of empty lines ended the whole node once in ten
 * times, for V8 may meet the limit of a thread's heap where it can only abort. A mail that cannot be read within bounds
 * is unreadable, and costs nobody else anything.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import pLimit from 'p-limit';
import type { Email } from 'postal-mime';
import { DependencyUnavailable } from '../../store/database-errors.js';

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

/** Written as text so that the same lines run compiled and from source. Ends by itself when we are gone. */
const READER = `
process.once('message', async ({ raw, bounds, parser }) => {
  const { default: PostalMime } = require(parser);
  const answer = await PostalMime.parse(raw, bounds).then(
    (email) => ({ email }),
    (error) => ({ fault: String(error && error.message) }),
  );
  process.send(answer, () => process.disconnect());
});`;

const PARSER = createRequire(import.meta.url).resolve('postal-mime');
const inTurn = pLimit(AT_ONCE_MAX);

/** @throws UnreadableMail; DependencyUnavailable when this machine has no process left. */
export function parseMail(raw: Uint8Array): Promise<Email> {
  if (raw.byteLength > MAIL_BYTES_MAX) return Promise.reject(new UnreadableMail('the mail is too large'));
  return inTurn(() => inProcess(raw));
}

async function inProcess(raw: Uint8Array): Promise<Email> {
  const reader = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB_MAX}`, '-e', READER], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    env: {},
  });
  try {
    return await answerOf(reader, { raw, bounds: BOUNDS, parser: PARSER });
  } finally {
    reader.kill('SIGKILL');
  }
}

/**
 * @throws UnreadableMail for a fault, for no answer in time, and for a process that ended without one;
 *   DependencyUnavailable when it did not begin
 */
function answerOf(reader: ChildProcess, question: object): Promise<Email> {
  return new Promise<Email>((resolve, reject) => {
    const unreadable = (why: string): void => reject(new UnreadableMail(why));
    const late = setTimeout(() => unreadable('the mail takes too long to read'), PARSE_MS_MAX);
    reader.once('message', ({ email, fault }: { email?: Email; fault?: string }) =>
      email ? resolve(email) : unreadable(fault ?? 'the mail cannot be read'),
    );
    // Every one: an error that nobody listens to would end us.
    reader.on('error', (cause) => reject(new DependencyUnavailable('no mail can be read now', { cause })));
    reader.once('close', () => {
      clearTimeout(late);
      unreadable('the mail cannot be read');
    });
    // Whoever ends before it has read everything is told of as its end.
    reader.send(question, () => undefined);
  });
}

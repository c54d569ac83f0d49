/** The files of one message: which are taken, and what its text says of all of them. Pure. */
import type { IncomingFile } from '../inbound-message.js';
import { type CheckedFile, FILE_REFUSALS, inspectFile } from './inspect-file.js';

export const FILES_PER_MESSAGE_MAX = 5;
/** A text that lists a thousand refused files hides what was written. */
const REFUSALS_SHOWN_MAX = 5;

/** A sign instead of a word: the customer may read it too. */
export function fileLine(name: string): string {
  return `📎 ${name}`;
}

export interface SortedFiles {
  readonly taken: readonly CheckedFile[];
  /** For staff who read the message: one line per file, so that nobody waits for one that was refused. */
  readonly lines: readonly string[];
}

/** @param room how many more the case may have */
export function sortFiles(files: readonly IncomingFile[], room: number): SortedFiles {
  const takenMax = Math.min(FILES_PER_MESSAGE_MAX, room);
  const taken: CheckedFile[] = [];
  const refused: string[] = [];
  let looked = 0;
  for (const file of files) {
    if (taken.length >= takenMax || refused.length >= REFUSALS_SHOWN_MAX) break;
    looked += 1;
    const found = inspectFile(file, `attachment-${looked}`);
    if (found.kind === 'taken') taken.push(found.file);
    else refused.push(`[attachment refused: ${FILE_REFUSALS[found.reason]}: ${found.name}]`);
  }
  const rest = files.length - looked;
  return {
    taken,
    lines: [
      ...taken.map(({ name }) => fileLine(name)),
      ...refused,
      ...(rest > 0 ? [`[attachments refused: ${rest} more than are taken at once]`] : []),
    ],
  };
}

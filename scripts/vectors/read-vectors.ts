/**
 * Files of the format `businesstime-vectors/1`: deadline questions with their answers. Checks that it is such a file
 * and that each vector has what its operation needs; judges no answer.
 */
import { readFile } from 'node:fs/promises';
import type { ForeignCalendar } from './foreign-calendar.js';

export const VECTORS_FORMAT = 'businesstime-vectors/1';

export interface Pause {
  readonly from: string;
  readonly to: string;
}

interface AnyVector {
  readonly id: string;
  readonly calendar: string;
  readonly pauses?: readonly Pause[];
}

export interface DueVector extends AnyVector {
  readonly op: 'due';
  readonly start: string;
  readonly duration_seconds: number;
  readonly expected_due: string;
  /** The other common reading: used up exactly at closing, due at the next opening. */
  readonly also_accept?: readonly string[];
}

export interface ElapsedVector extends AnyVector {
  readonly op: 'elapsed';
  readonly start: string;
  readonly end: string;
  readonly expected_business_seconds: number;
}

export interface BeforeVector extends AnyVector {
  readonly op: 'before';
  readonly end: string;
  readonly duration_seconds: number;
  readonly expected_before: string;
  readonly also_accept?: readonly string[];
}

export type Vector = DueVector | ElapsedVector | BeforeVector;

export interface VectorFile {
  readonly calendars: Readonly<Record<string, ForeignCalendar>>;
  readonly vectors: readonly Vector[];
}

const NEEDED: Readonly<Record<Vector['op'], readonly string[]>> = {
  due: ['start', 'duration_seconds', 'expected_due'],
  elapsed: ['start', 'end', 'expected_business_seconds'],
  before: ['end', 'duration_seconds', 'expected_before'],
};

/** @throws Error in one line when the file is of another format, or a vector cannot be asked. */
export async function readVectors(path: string): Promise<VectorFile> {
  const file = JSON.parse(await readFile(path, 'utf8')) as VectorFile & { readonly format?: string };
  if (file.format !== VECTORS_FORMAT) {
    throw new Error(`${path} is of format "${file.format}", not "${VECTORS_FORMAT}"`);
  }
  for (const vector of file.vectors) {
    const needed = NEEDED[vector.op] as readonly string[] | undefined;
    if (!needed) throw new Error(`${vector.id} asks for "${vector.op}"; known are due, elapsed and before`);
    const missing = needed.filter((field) => !(field in vector));
    if (missing.length > 0) throw new Error(`${vector.id} lacks ${missing.join(', ')}`);
    if (!file.calendars[vector.calendar]) {
      throw new Error(`${vector.id} names the calendar "${vector.calendar}", which the file does not have`);
    }
  }
  return file;
}

/** @returns epoch milliseconds of the earliest instant that the file names. */
export function earliestOf(vectors: readonly Vector[]): number {
  return Math.min(...vectors.map((vector) => Date.parse(vector.op === 'before' ? vector.end : vector.start)));
}

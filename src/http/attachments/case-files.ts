/**
 * What this room must be given to keep files of a case: somebody who decides which are taken, and keeps them. A class,
 * so that it serves as an injection token; the room that fills it in stands beside this one.
 */

export interface CaseFile {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  readonly messageId: string | null;
  /** Epoch ms. */
  readonly createdAt: number;
}

/** Why a file is not taken, and in words. */
export interface FileRefused {
  readonly reason:
    'empty' | 'too-large' | 'type-not-taken' | 'type-differs' | 'too-many-pixels' | 'too-many-files';
  readonly text: string;
}

/** A file that is taken, as it will be kept. */
export interface AcceptedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface OfferedFile {
  readonly name: string | null;
  readonly bytes: Buffer;
  /** As the sender says; null: not said. */
  readonly mediaType: string | null;
}

export abstract class CaseFiles {
  /** Says whether a file is taken. Keeps nothing. */
  abstract inspect(caseId: string, file: OfferedFile): Promise<AcceptedFile | FileRefused>;
  /** @param origin the same again keeps nothing twice */
  abstract keep(caseId: string, origin: string, file: AcceptedFile): Promise<CaseFile>;
  /** Oldest first, all of them: there are not many. */
  abstract list(caseId: string): Promise<readonly CaseFile[]>;
  abstract read(
    caseId: string,
    id: string,
  ): Promise<{ readonly file: CaseFile; readonly content: Buffer } | null>;
}

/** Files that somebody puts into a case by hand: the same checks as for those that come with a message. */
import { DependencyUnavailable } from '../../store/database-errors.js';
import { type Attachment, type Attachments, FILES_PER_CASE_MAX } from './attachments.js';
import { type CheckedFile, FILE_REFUSALS, type FileRefusal, inspectFile } from './inspect-file.js';

interface Refused {
  readonly reason: FileRefusal | 'too-many-files';
  readonly text: string;
}

/** A type that says nothing about the contents. */
const ANY_BYTES = 'application/octet-stream';

export class OfferedFiles {
  constructor(private readonly attachments: Attachments) {}

  /** @param file with the type that its sender claims; null: none */
  async inspect(
    caseId: string,
    file: { readonly name: string | null; readonly bytes: Buffer; readonly mediaType: string | null },
  ): Promise<CheckedFile | Refused> {
    const found = inspectFile(file);
    if (found.kind === 'refused') return { reason: found.reason, text: FILE_REFUSALS[found.reason] };
    const claimed = file.mediaType ?? ANY_BYTES;
    if (claimed !== ANY_BYTES && claimed !== found.file.mediaType) {
      return { reason: 'type-differs', text: FILE_REFUSALS['type-differs'] };
    }
    if ((await this.attachments.room(caseId)) > 0) return found.file;
    return { reason: 'too-many-files', text: `a case has at most ${FILES_PER_CASE_MAX} files` };
  }

  /** @throws DependencyUnavailable for a case that was erased a moment ago: the next try is told so. */
  async keep(caseId: string, origin: string, file: CheckedFile): Promise<Attachment> {
    const kept = await this.attachments.keep(caseId, origin, file, null);
    if (kept === null) throw new DependencyUnavailable('the case has just been erased');
    return kept;
  }

  list(caseId: string): Promise<readonly Attachment[]> {
    return this.attachments.list(caseId);
  }

  async read(caseId: string, id: string): Promise<{ file: Attachment; content: Buffer } | null> {
    const found = await this.attachments.read(caseId, id);
    return found && { file: found.attachment, content: found.content };
  }
}

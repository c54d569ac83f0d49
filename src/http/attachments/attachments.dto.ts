/** Files of a case, as clients see them. */
import { Out, OutInstant, OutUuid } from '../documents/out.decorator.js';
import { LINE_MAX, Line } from '../input/fields.decorator.js';
import { toInstantText } from '../input/instant.js';
import type { CaseFile } from './case-files.js';

export class AttachmentDto {
  @OutUuid() id: string;
  @Out(String, { example: 'parcel.jpg' }) name: string;
  @Out(String, { example: 'image/jpeg', description: 'As its first bytes say, not as its sender did.' })
  mediaType: string;
  @Out('integer', { description: 'Bytes.' }) size: number;
  @Out(String, { nullable: true, description: 'Id of the message that brought it.' }) messageId:
    string | null;
  @OutInstant() createdAt: string;
}

/** Of an upload. */
export class AttachmentQueryDto {
  @Line(LINE_MAX, {
    optional: true,
    example: 'parcel.jpg',
    about: 'What it is called; its end must be that of its type.',
  })
  name?: string;
}

/** The same by a customer, who may choose the language of the answer. */
export class LinkAttachmentQueryDto extends AttachmentQueryDto {
  @Line(LINE_MAX, { optional: true })
  lang?: string;
}

export class NoQueryDto {}

export function attachmentResource({
  id,
  name,
  mediaType,
  size,
  messageId,
  createdAt,
}: CaseFile): AttachmentDto {
  return { id, name, mediaType, size, messageId, createdAt: toInstantText(createdAt) };
}

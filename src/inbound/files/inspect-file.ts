/**
 * Decides whether a file from outside is taken, and under which name and type it is kept (reliability.md §4, Files).
 * Pure: looks at the bytes and at the name, and believes neither alone.
 */
import { cut } from '../clean-text.js';
import type { IncomingFile } from '../inbound-message.js';
import { FILE_KINDS, type FileKind } from './file-kinds.js';

export const FILE_BYTES_MAX = 10 * 1024 * 1024;
/** An image decodes to four bytes per pixel in whatever shows it. */
export const PIXELS_MAX = 40_000_000;
const NAME_MAX = 100;

/** In words that may stand in a text: what is wrong with the file. */
export const FILE_REFUSALS = {
  empty: 'the file is empty',
  'too-large': 'larger than 10 MiB',
  'type-not-taken': 'files of this type are not taken',
  'type-differs': 'the contents are not what the name says',
  'too-many-pixels': 'the image has more than 40 million pixels',
} as const;

export type FileRefusal = keyof typeof FILE_REFUSALS;

/** A file as it is kept. */
export interface CheckedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export type Inspected =
  | { readonly kind: 'taken'; readonly file: CheckedFile }
  | { readonly kind: 'refused'; readonly reason: FileRefusal; readonly name: string };

/** @param fallbackName of a file without a name, without an extension. */
export function inspectFile({ name, bytes }: IncomingFile, fallbackName = 'attachment'): Inspected {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shown = plainName(name ?? '');
  const refused = (reason: FileRefusal): Inspected => ({
    kind: 'refused',
    reason,
    name: shown || fallbackName,
  });
  if (content.length === 0) return refused('empty');
  if (content.length > FILE_BYTES_MAX) return refused('too-large');
  const extension = /\.([^.]*)$/.exec(shown)?.[1]?.toLowerCase() ?? '';
  const named = FILE_KINDS.filter(({ extensions }) => extensions.includes(extension));
  if (extension !== '' && named.length === 0) return refused('type-not-taken');
  const kind = (extension === '' ? FILE_KINDS : named).find((each) => each.begins(content));
  if (!kind) return refused(extension === '' ? 'type-not-taken' : 'type-differs');
  const pixels = kind.pixels?.(content);
  // A picture that does not say how large it is is none.
  if (pixels === null || pixels === 0) return refused('type-differs');
  if (pixels !== undefined && pixels > PIXELS_MAX) return refused('too-many-pixels');
  return {
    kind: 'taken',
    file: { name: keptName(shown, kind, fallbackName), mediaType: kind.mediaType, bytes: content },
  };
}

/** Its own name, made harmless, ending in what it is. */
function keptName(shown: string, { extensions }: FileKind, fallbackName: string): string {
  const stem = shown.replace(/\.[^.]*$/, '').replace(/^[. ]+|[. ]+$/g, '');
  return `${cut(stem, NAME_MAX) || fallbackName}.${extensions[0]}`;
}

/** No path, no control or direction characters, nothing that a shell, a header or a file system reads as a sign. */
function plainName(name: string): string {
  const last = name.slice(-1_000).split(/[/\\]/).at(-1) ?? '';
  return last
    .replace(/\p{Surrogate}/gu, '')
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"'`<>|:*?$&;%=]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * The kinds of file that are taken, as one table: how each begins and what its name may end in. Both must agree; what
 * is not listed is refused, archives and office files (which are archives) among it. Knows no sender and no case.
 */
import { gifPixels, heicPixels, jpegPixels, pngPixels, webpPixels } from './image-size.js';

export interface FileKind {
  /** As it is stored and given out, whatever the sender called it. */
  readonly mediaType: string;
  /** The first one is given to files without a name. */
  readonly extensions: readonly string[];
  begins(bytes: Buffer): boolean;
  /** Of images. */
  readonly pixels?: (bytes: Buffer) => number | null;
}

const HEIF_BRANDS: ReadonlySet<string> = new Set(['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1']);

const startsWith =
  (...signatures: string[]) =>
  (bytes: Buffer): boolean =>
    signatures.some((signature) =>
      bytes.subarray(0, signature.length).equals(Buffer.from(signature, 'latin1')),
    );

export const FILE_KINDS: readonly FileKind[] = [
  { mediaType: 'application/pdf', extensions: ['pdf'], begins: startsWith('%PDF-') },
  {
    mediaType: 'image/png',
    extensions: ['png'],
    begins: startsWith('\x89PNG\r\n\x1a\n'),
    pixels: pngPixels,
  },
  {
    mediaType: 'image/jpeg',
    extensions: ['jpg', 'jpeg', 'jpe', 'jfif'],
    begins: startsWith('\xff\xd8\xff'),
    pixels: jpegPixels,
  },
  { mediaType: 'image/gif', extensions: ['gif'], begins: startsWith('GIF87a', 'GIF89a'), pixels: gifPixels },
  {
    mediaType: 'image/webp',
    extensions: ['webp'],
    begins: (bytes) => startsWith('RIFF')(bytes) && bytes.toString('latin1', 8, 12) === 'WEBP',
    pixels: webpPixels,
  },
  {
    mediaType: 'image/heic',
    extensions: ['heic', 'heif'],
    begins: (bytes) =>
      bytes.toString('latin1', 4, 8) === 'ftyp' && HEIF_BRANDS.has(bytes.toString('latin1', 8, 12)),
    pixels: heicPixels,
  },
  { mediaType: 'text/plain', extensions: ['txt'], begins: isText },
  { mediaType: 'text/csv', extensions: ['csv'], begins: isText },
];

export const MEDIA_TYPES: readonly string[] = FILE_KINDS.map(({ mediaType }) => mediaType);

// `fatal`: what is no UTF-8 is no text, and may be anything.
const utf8 = new TextDecoder('utf-8', { fatal: true });
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f]/;

/** Text has no signature, so all of it must be text. */
function isText(bytes: Buffer): boolean {
  try {
    return !CONTROL.test(utf8.decode(bytes));
  } catch {
    return false;
  }
}

/**
 * How many pixels an image says that it has, without decoding one of them: a file of a few kilobytes may claim
 * billions. Reads the first bytes of each format's own header; knows no other part of the formats.
 */

/** Width × height; null when the header does not say, and the file is not what it seems. */
type Pixels = (bytes: Buffer) => number | null;

/** JPEG: segments of length-prefixed data up to the one that begins a frame. A bound on how many are walked. */
const SEGMENTS_MAX = 500;
const NO_FRAME: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);

export const pngPixels: Pixels = (bytes) =>
  bytes.length >= 24 && bytes.toString('latin1', 12, 16) === 'IHDR'
    ? bytes.readUInt32BE(16) * bytes.readUInt32BE(20)
    : null;

export const gifPixels: Pixels = (bytes) =>
  bytes.length >= 10 ? bytes.readUInt16LE(6) * bytes.readUInt16LE(8) : null;

export const jpegPixels: Pixels = (bytes) => {
  let at = 2;
  for (let n = 0; n < SEGMENTS_MAX && at + 9 <= bytes.length; n += 1) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker);
    if (isFrame) return bytes.readUInt16BE(at + 5) * bytes.readUInt16BE(at + 7);
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
};

export const webpPixels: Pixels = (bytes) => {
  if (bytes.length < 30) return null;
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8X':
      return (bytes.readUIntLE(24, 3) + 1) * (bytes.readUIntLE(27, 3) + 1);
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8 ':
      return (bytes.readUInt16LE(26) & 0x3fff) * (bytes.readUInt16LE(28) & 0x3fff);
    default:
      return null;
  }
};

/** The largest of the pictures that the container describes: each has a box `ispe` with width and height. */
export const heicPixels: Pixels = (bytes) => {
  const sizes: number[] = [];
  let at = bytes.indexOf('ispe');
  while (at !== -1 && at + 16 <= bytes.length && sizes.length < SEGMENTS_MAX) {
    sizes.push(bytes.readUInt32BE(at + 8) * bytes.readUInt32BE(at + 12));
    at = bytes.indexOf('ispe', at + 4);
  }
  return sizes.length === 0 ? null : Math.max(...sizes);
};

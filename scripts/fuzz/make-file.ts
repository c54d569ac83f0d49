/** Bodies that are no JSON: small files of each type that customers attach, and mails. Knows no limit of the product. */
import { asText } from './make-value.js';
import type { Scene } from './scene.js';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const GIF = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

const FILES: Readonly<Record<string, (scene: Scene) => Buffer>> = {
  'image/png': () => Buffer.from(PNG, 'base64'),
  'image/gif': () => Buffer.from(GIF, 'base64'),
  'application/pdf': () => Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n'),
  'text/plain': ({ random }) => Buffer.from(`A note, number ${random.whole(1, 1_000_000)}.\n`),
  'text/csv': ({ random }) => Buffer.from(`order,amount\r\n${random.whole(1, 1_000_000)},12.50\r\n`),
  'message/rfc822': mail,
};

/** Types that have no sample are sent as noise: the product is to say so. */
export function makeFile(scene: Scene, mediaType: string): { body: Buffer; mediaType: string } {
  const made = FILES[mediaType];
  return { body: made ? made(scene) : Buffer.from(`noise ${scene.random.whole(1, 1_000_000)}`), mediaType };
}

function mail({ random, world }: Scene): Buffer {
  const n = random.whole(1, 4_000);
  const number = random.chance(0.5)
    ? ` [${asText(world.pickCase(random)?.resource['number'] ?? 'C-0')}]`
    : '';
  return Buffer.from(
    [
      `From: Customer ${n} <customer-${n}@example.com>`,
      'To: service@localhost',
      `Subject: Where is my parcel?${number}`,
      `Message-ID: <${random.whole(1, 2 ** 31)}@example.invalid>`,
      `Date: ${new Date(world.nowMs).toUTCString()}`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'I still wait for it.',
      '',
    ].join('\r\n'),
  );
}

// Files of a case: which are taken, who gets them, and that a browser never takes one for a page of ours (reliability.md
// S17, S18).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { caseIn, openCase } from './case-client.js';
import { StatusCases } from './status-cases.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

/** A PNG as its header says. */
function png(width: number, height: number, tail = Buffer.alloc(0)): Buffer {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    size,
    Buffer.from([8, 6, 0, 0, 0]),
    tail,
  ]);
}
const PNG = png(100, 100);
const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0001108006400640301', 'hex');
const HTML = Buffer.from('<html><script>alert(1)</script></html>');

interface Upload {
  readonly who?: TokenName | null;
  readonly name?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function upload(
  address: string,
  content: Buffer,
  { who = 'agent', name, type = 'application/octet-stream', headers = {} }: Upload = {},
) {
  const query = name === undefined ? '' : `?name=${encodeURIComponent(name)}`;
  const response = await fetch(`${app.url}/api/v1${address}/attachments${query}`, {
    method: 'POST',
    headers: {
      'content-type': type,
      ...(who === null ? {} : { authorization: `Bearer ${app.tokens[who]}` }),
      ...headers,
    },
    body: new Uint8Array(content),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  };
}

async function download(path: string, who: TokenName = 'agent') {
  const response = await fetch(`${app.url}${path}`, {
    headers: { authorization: `Bearer ${app.tokens[who]}` },
  });
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

describe('a file that is put into a case', () => {
  it('is given back byte for byte, for saving only', async () => {
    const id = await openCase(app);
    const { status, headers, body } = await upload(`/cases/${id}`, PNG, { name: '包裹 "photo".png' });
    expect([status, body]).toEqual([
      201,
      {
        id: expect.any(String),
        name: '包裹 photo.png',
        mediaType: 'image/png',
        size: PNG.length,
        messageId: null,
        createdAt: '2026-03-02T09:00:00.000Z',
      },
    ]);
    const given = await download(headers.get('location') as string);
    expect([given.status, given.bytes.equals(PNG)]).toEqual([200, true]);
    expect(Object.fromEntries(given.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `attachment; filename="__ photo.png"; filename*=UTF-8''%E5%8C%85%E8%A3%B9%20photo.png`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
    });
    const { body: listed } = await app.api('agent').get(`/cases/${id}/attachments`);
    expect(listed).toEqual({ data: [body], meta: { hasMore: false, nextCursor: null } });
    const { body: journal } = await app.api('agent').get(`/cases/${id}/journal`);
    expect(journal.data.at(-1)).toMatchObject({ type: 'case.noted', data: { text: '📎 包裹 photo.png' } });
  });

  it.each([
    ['%PDF-1.7 x', 'bill.pdf', 'application/pdf'],
    ['GIF89ad\0d\0', 'x.gif', 'image/gif'],
    ['RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x63\0\0\x63\0\0', 'x.webp', 'image/webp'],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x14ispe\0\0\0\0\0\0\0\x64\0\0\0\x64', 'x.HEIC', 'image/heic'],
    [JPEG.toString('latin1'), 'x.jpeg', 'image/jpeg'],
    ['hello', 'x.txt', 'text/plain'],
    ['a;b\r\n1;2', 'x.csv', 'text/csv'],
    ['%PDF-1.7 x', undefined, 'application/pdf'],
  ])('is taken: %#', async (content, name, mediaType) => {
    const id = await openCase(app);
    const { status, body } = await upload(`/cases/${id}`, Buffer.from(content, 'latin1'), { name });
    expect([status, body.mediaType]).toEqual([201, mediaType]);
  });

  it.each([
    ['of nothing', Buffer.alloc(0), 'x.txt', 422],
    ['of 11 MiB', Buffer.concat([PNG, Buffer.alloc(11 * 1024 * 1024)]), 'x.png', 413],
    ['of 2.5 billion pixels', png(50_000, 50_000), 'x.png', 422],
    ['of no pixels', png(0, 100), 'x.png', 415],
    ['cut off in its header', PNG.subarray(0, 12), 'x.png', 415],
    ['of another kind than its name says', JPEG, 'x.png', 415],
    ['that is a page', HTML, 'x.html', 415],
    ['that is a picture with scripts', Buffer.from('<svg onload="alert(1)"/>'), 'x.svg', 415],
    ['that is a page under the name of a picture', HTML, 'x.png', 415],
    ['that is an archive', Buffer.from('UEsDBBQAAAAIAA==', 'base64'), 'x.zip', 415],
    ['that is an office file, which is an archive', Buffer.from('UEsDBBQAAAAIAA==', 'base64'), 'x.docx', 415],
    ['that is a program', Buffer.from('MZ\x90\0', 'latin1'), 'x.exe', 415],
    ['that is a program with two names', Buffer.from('MZ\x90\0', 'latin1'), 'x.exe.png', 415],
    ['that is no text', Buffer.from([0x41, 0, 0xff]), 'x.txt', 415],
    ['that is text in another encoding', Buffer.from('fffe410042', 'hex'), 'x.csv', 415],
    ['that nobody knows', Buffer.from([1, 2, 3]), undefined, 415],
  ])('is refused: %s', async (_what, content, name, status) => {
    const id = await openCase(app);
    const answer = await upload(`/cases/${id}`, content, { name });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    expect((await app.api('agent').get(`/cases/${id}/attachments`)).body.data).toEqual([]);
    expect((await app.api('agent').get(`/cases/${id}`)).body.revision).toBe(1);
  });

  it('that is a picture and a page at once is kept as the picture that it is', async () => {
    const id = await openCase(app);
    const { headers } = await upload(`/cases/${id}`, png(10, 10, HTML), { name: 'x.png' });
    const given = await download(headers.get('location') as string);
    expect(given.headers.get('content-type')).toBe('image/png');
    expect(given.headers.get('content-security-policy')).toMatch(/^sandbox/);
  });

  it.each([
    ['a path', '../../etc/passwd.txt', 'passwd.txt'],
    ['a path of another system', 'C:\\Users\\ada\\a.txt', 'a.txt'],
    ['a name that reads backwards', 'gpj.\u202etxt.txt', 'gpj.txt.txt'],
    ['signs of shells and headers', `a"';|&$<b>%0d.txt`, 'ab0d.txt'],
    ['dots alone', '....txt', 'attachment.txt'],
    ['an end in capitals', 'A.TXT', 'A.txt'],
    ['two hundred letters', `${'é'.repeat(196)}.txt`, `${'é'.repeat(99)}….txt`],
  ])('is given a harmless name for %s', async (_what, name, kept) => {
    const id = await openCase(app);
    const { status, body } = await upload(`/cases/${id}`, Buffer.from('x'), { name });
    expect([status, body.name]).toEqual([201, kept]);
  });

  it.each([
    ['a page in a character set that hides one', 'text/html; charset=utf-7', 415],
    ['JSON', 'application/json', 400],
    ['an archive', 'application/zip', 415],
    ['many parts', 'multipart/form-data; boundary=x', 415],
    ['another picture than it is', 'image/gif', 415],
    ['what it is', 'image/png', 201],
  ])('is held against the type that its sender claims: %s', async (_what, type, status) => {
    const id = await openCase(app);
    expect((await upload(`/cases/${id}`, PNG, { name: 'x.png', type })).status).toBe(status);
  });

  it.each(['x\0.txt', 'x\n.txt', 'x'.repeat(201), ''])(
    'is refused under a name that is none: %j',
    async (name) => {
      const id = await openCase(app);
      expect((await upload(`/cases/${id}`, Buffer.from('x'), { name })).status).toBe(400);
    },
  );

  it('sent again under its key is kept once; another one under the same key is not kept', async () => {
    const id = await openCase(app);
    const headers = { 'idempotency-key': 'file-1' };
    const again = { name: 'x.png', headers };
    const [first, second] = [
      await upload(`/cases/${id}`, PNG, again),
      await upload(`/cases/${id}`, PNG, again),
    ];
    const other = await upload(`/cases/${id}`, png(9, 9), again);
    expect([first.status, second.status, other.status]).toEqual([201, 201, 422]);
    expect([second.body, second.headers.get('idempotent-replayed')]).toEqual([first.body, 'true']);
    expect((await app.api('agent').get(`/cases/${id}/attachments`)).body.data).toEqual([first.body]);
  });

  it('is one of a hundred at most', async () => {
    const id = await openCase(app);
    const statuses = [];
    for (let n = 0; n < 102; n += 1)
      statuses.push((await upload(`/cases/${id}`, Buffer.from(`${n}`), { name: 'x.txt' })).status);
    expect(statuses).toEqual([...Array(100).fill(201), 422, 422]);
    expect((await app.api('agent').get(`/cases/${id}/attachments`)).body.data).toHaveLength(100);
  });

  it('is not taken by a case that has ended', async () => {
    const id = await caseIn(app, 'withdrawn');
    const { status, body } = await upload(`/cases/${id}`, PNG, { name: 'x.png' });
    expect([status, body.code]).toEqual([409, 'case-final']);
    expect((await app.api('agent').get(`/cases/${id}/attachments`)).body.data).toEqual([]);
  });
});

describe('who sees the files of a case', () => {
  it.each([
    ['member:logistics', 200],
    ['manager', 200],
    ['service', 200],
    ['member:sales', 404],
    ['lead:finance', 404],
  ] as [TokenName, number][])('is who sees the case: %s', async (who, status) => {
    const id = await caseIn(app, 'dispatched1');
    const { headers } = await upload(`/cases/${id}`, PNG, { name: 'x.png' });
    const path = headers.get('location') as string;
    const statuses = [
      (await app.api(who).get(`/cases/${id}/attachments`)).status,
      (await download(path, who)).status,
      (await upload(`/cases/${id}`, PNG, { who, name: 'x.png' })).status,
    ];
    expect(statuses).toEqual([status, status, status === 200 ? 201 : 404]);
  });

  it('finds no file under another case, under no id, or without a token', async () => {
    const [id, other] = [await openCase(app), await openCase(app)];
    const { body } = await upload(`/cases/${id}`, PNG, { name: 'x.png' });
    const paths = [
      `/cases/${other}/attachments/${body.id}`,
      `/cases/${id}/attachments/x`,
      `/cases/${id}/attachments/${id}`,
    ];
    const answers = await Promise.all(paths.map((path) => app.api('agent').get(path)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect((await app.api(null).get(`/cases/${id}/attachments/${body.id}`)).status).toBe(401);
    expect((await app.api('agent').get(`/cases/${id}/attachments?limit=5`)).status).toBe(400);
  });
});

describe('a file that a customer sends by link', () => {
  it('is a message of theirs, which ends the wait', async () => {
    const cases = new StatusCases(app);
    const { id, token } = await cases.opened();
    await cases.command(id, 'agent', 'ownership', {});
    await cases.command(id, 'agent', 'questions', { question: 'May we see the bill?' });
    const answer = await upload(`/status/${token}`, PNG, { who: null, name: 'bill.png' });
    expect([answer.status, answer.headers.get('content-security-policy')]).toEqual([
      201,
      expect.stringContaining("default-src 'none'"),
    ]);
    const { body } = await app.api('agent').get(`/cases/${id}`);
    expect(body.state).toBe('frontline.working');
    expect((await app.api('agent').get(`/cases/${id}/attachments`)).body.data).toMatchObject([
      { name: 'bill.png' },
    ]);
    expect((await cases.eventsOf(id)).at(-1)).toBe('case.replied');
  });

  it('needs a link of ours, and a case that still takes messages', async () => {
    const cases = new StatusCases(app);
    const { id, token } = await cases.opened();
    await cases.command(id, 'agent', 'withdrawals', { reason: 'x' });
    const statuses = [
      (await upload(`/status/${token}`, PNG, { who: null, name: 'x.png' })).status,
      (await upload(`/status/${'A'.repeat(56)}`, PNG, { who: null, name: 'x.png' })).status,
      (await upload(`/status/${token}`, HTML, { who: null, name: 'x.html' })).status,
    ];
    expect(statuses).toEqual([409, 404, 415]);
    expect((await app.api('agent').get(`/cases/${id}/attachments`)).body.data).toEqual([]);
  });
});

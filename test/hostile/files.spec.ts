// Files that are not what they seem (reliability.md S17, S18, N1), by either door: refused, or kept as what they are under
// a harmless name, and given out in no form that a browser would run. What each kind of file is, attachments.spec.ts
// says.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openCase } from '../http/case-client.js';
import { StatusCases } from '../http/status-cases.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { faultOf } from './judge.js';
import { Wire, type Received } from './wire.js';

let app: TestApp;
let wire: Wire;
beforeAll(async () => {
  app = await startTestApp();
  wire = new Wire(app.url);
});
afterAll(async () => {
  wire?.close();
  await app?.close();
});

const PAGE = '<html><script>alert(1)</script></html>';
const bytes = (text: string) => Buffer.from(text, 'latin1');
/** 512 MiB in half a MiB, under one name or another. */
const BOMB = gzipSync(Buffer.alloc(64 * 1_024 * 1_024));

const REFUSED: readonly (readonly [
  name: string,
  content: Buffer,
  file: string | null,
  type: string,
  ...statuses: number[],
])[] = [
  ['a page', bytes(PAGE), 'x.html', 'text/html', 415],
  ['a page that says it is bytes', bytes(PAGE), 'x.html', 'application/octet-stream', 415],
  ['a page in a hidden character set', bytes('+ADw-script+AD4-'), 'x.html', 'text/html; charset=utf-7', 415],
  ['a page named as a picture', bytes(PAGE), 'x.png', 'image/png', 415],
  [
    'a picture with scripts',
    bytes('<?xml version="1.0"?><svg onload="alert(1)"/>'),
    'x.svg',
    'image/svg+xml',
    415,
  ],
  ['a picture with scripts, named as another', bytes('<svg onload="alert(1)"/>'), 'x.gif', 'image/gif', 415],
  ['a bomb', BOMB, 'x.gz', 'application/gzip', 415],
  ['a bomb that says it is bytes', BOMB, 'x.gz', 'application/octet-stream', 415],
  ['a bomb named as a text', BOMB, 'x.txt', 'text/plain', 415],
  ['a bomb named as a picture', BOMB, 'x.png', 'image/png', 415],
  ['an archive', bytes('PK\u0003\u0004\u0014\u0000'), 'x.zip', 'application/octet-stream', 415],
  [
    'an office file with macros',
    bytes('PK\u0003\u0004\u0014\u0000'),
    'x.docm',
    'application/octet-stream',
    415,
  ],
  ['an older office file', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'x.doc', 'application/octet-stream', 415],
  ['a program of Linux', Buffer.from('7f454c4602010100000000', 'hex'), 'x', 'application/octet-stream', 415],
  ['a program of Windows named as a text', bytes('MZ\u0090\u0000'), 'x.txt', 'text/plain', 415],
  ['a script with two names', bytes('#!/bin/sh\nrm -rf /'), 'x.pdf', 'application/pdf', 415],
  ['nothing', Buffer.alloc(0), 'x.txt', 'text/plain', 422, 400],
  ['11 MiB', Buffer.alloc(11 * 1_024 * 1_024, 'x'), 'x.txt', 'text/plain', 413],
  ['NUL in its name', bytes('x'), 'a\u0000.txt', 'text/plain', 400],
  ['a line break in its name', bytes('x'), 'a\r\nContent-Type: text/html\r\n\r\n.txt', 'text/plain', 400],
  ['a name that nobody can read', bytes('x'), '\u200b\u202e', 'text/plain', 400],
  ['a name beyond all bounds', bytes('x'), `${'😀'.repeat(201)}.txt`, 'text/plain', 400],
];

async function upload(
  path: string,
  content: Buffer,
  name: string | null,
  type: string,
  token: string | null,
) {
  const query = name === null ? '' : `?name=${encodeURIComponent(name)}`;
  return wire.send({
    method: 'POST',
    path: `/api/v1${path}/attachments${query}`,
    headers: { 'content-type': type, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: content,
  });
}

/** By a token, and by a link. @returns both answers, and what is in the cases after. */
async function byBothDoors(content: Buffer, name: string | null, type: string) {
  const id = await openCase(app);
  const linked = await new StatusCases(app).opened({ externalId: 'linked' });
  const answers = [
    await upload(`/cases/${id}`, content, name, type, app.tokens.agent),
    await upload(`/status/${linked.token}`, content, name, type, null),
  ];
  const lists = await Promise.all(
    [id, linked.id].map((each) => app.api('agent').get(`/cases/${each}/attachments`)),
  );
  const kept = lists.flatMap(({ body }, n) =>
    (body.data as { id: string; name: string }[]).map((file) => ({
      ...file,
      caseId: n === 0 ? id : linked.id,
    })),
  );
  return { answers, kept };
}

describe('a file that is not what it seems', () => {
  it.each(REFUSED)('is refused by either door: %s', async (_name, content, file, type, ...statuses) => {
    const { answers, kept } = await byBothDoors(content, file, type);
    expect([answers.map((answer: Received) => faultOf(answer, { statuses })), kept]).toEqual([
      [null, null],
      [],
    ]);
  });

  it.each([
    [
      'a picture that is a page too',
      Buffer.concat([bytes('GIF89a\u0001\u0000\u0001\u0000'), bytes(PAGE)]),
      'x.gif',
      'image/gif',
    ],
    ['a document that is a page too', bytes(`%PDF-1.4 ${PAGE}`), 'x.pdf', 'application/pdf'],
    ['a text that is a page', bytes(PAGE), 'x.txt', 'text/plain'],
    ['a table of formulas', bytes('=cmd|calc!A1,@SUM(1)'), 'x.csv', 'text/csv'],
    ['a name that is a way', bytes('x'), '../../../etc/cron.d/x.txt', 'text/plain'],
    ['a name that reads backwards', bytes('x'), 'a\u202etxt.exe.txt', 'text/plain'],
    ['a name with quotes', bytes('x'), 'a"; filename="evil.html.txt', 'text/plain'],
  ])('is kept as what it is, and for saving only: %s', async (_name, content, file, type) => {
    const { answers, kept } = await byBothDoors(content, file, type);
    expect([answers.map(({ status }) => status), kept.length]).toEqual([[201, 201], 2]);
    for (const { id, caseId, name } of kept) {
      expect(name).not.toMatch(/["'\\/<>;\r\n\u202e]|\.\./);
      const given = await wire.send({
        method: 'GET',
        path: `/api/v1/cases/${caseId}/attachments/${id}`,
        headers: { authorization: `Bearer ${app.tokens.agent}` },
      });
      expect([given.status, given.type.split(';')[0]]).toEqual([200, type]);
      expect(given.headers).toMatchObject({
        'content-disposition': expect.stringMatching(
          /^attachment; filename="[^"\\\r\n]*"; filename\*=UTF-8''[\w%.!~*-]+$/,
        ),
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'/),
      });
    }
  });
});

// Mails as people and programs send them, in as few words as a test needs.

export interface MailParts {
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly id?: string;
  readonly text?: string;
  /** Further header lines. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Name, type and content of each file. */
  readonly files?: readonly (readonly [name: string, type: string, content: Buffer])[];
}

let count = 0;

/** A raw mail. Each has an id of its own unless one is given. */
export function mail(parts: MailParts = {}): Buffer {
  count += 1;
  const { from = 'Ada Lovelace <ada@example.com>', to = 'service@localhost', subject = 'My parcel' } = parts;
  const {
    id = `<mail-${count}@example.com>`,
    text = 'It has not arrived.',
    headers = {},
    files = [],
  } = parts;
  const head = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${encoded(subject)}`,
    ...(id === '' ? [] : [`Message-ID: ${id}`]),
    'MIME-Version: 1.0',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  const body = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', text];
  if (files.length === 0) return Buffer.from([...head, ...body].join('\r\n'));
  const attached = files.map(([name, type, content]) =>
    [
      `Content-Type: ${type}; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
      'Content-Transfer-Encoding: base64',
      '',
      (content.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n'),
    ].join('\r\n'),
  );
  const all = [body.join('\r\n'), ...attached].map((part) => `--edge\r\n${part}\r\n`).join('');
  return Buffer.from(
    [...head, 'Content-Type: multipart/mixed; boundary="edge"', '', `${all}--edge--`, ''].join('\r\n'),
  );
}

/** A report that a mail of ours could not be delivered (RFC 3464). */
export function bounceOf(
  messageId: string,
  { recipient = 'ada@example.com', status = '5.1.1', action = 'failed' } = {},
): Buffer {
  const plain = mail({
    from: 'Mail Delivery System <MAILER-DAEMON@mx.example.com>',
    subject: 'Undelivered Mail Returned to Sender',
    headers: { 'Auto-Submitted': 'auto-replied' },
  }).toString();
  return Buffer.from(
    plain.replace(/Content-Type: text\/plain[\s\S]*/, () =>
      [
        'Content-Type: multipart/report; report-type=delivery-status; boundary="edge"',
        '',
        '--edge',
        'Content-Type: text/plain',
        '',
        'Your mail could not be delivered.',
        '--edge',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; mx.example.com',
        '',
        `Final-Recipient: rfc822; ${recipient}`,
        `Action: ${action}`,
        `Status: ${status}`,
        'Diagnostic-Code: smtp; 550 5.1.1 No such user',
        '',
        '--edge',
        'Content-Type: text/rfc822-headers',
        '',
        `Message-ID: ${messageId}`,
        'Subject: Your case',
        '',
        '--edge--',
        '',
      ].join('\r\n'),
    ),
  );
}

function encoded(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}

// Which addresses we write to, and nothing else (reliability.md N20).
import { describe, expect, it } from '@jest/globals';
import { isMailAddress, parseMailbox, taggedAddress } from '../../../src/delivery/mail/mail-address.js';

describe('a mail address', () => {
  it.each([
    'ada@example.com',
    "o'brien+tag@mail.example.co.uk",
    'x@xn--fsqu00a.xn--0zwm56d',
    `${'a'.repeat(64)}@example.com`,
    'service@localhost',
    '1@a-b.example',
  ])('is taken when it is one plain one: %s', (address) => {
    expect(isMailAddress(address)).toBe(true);
  });

  it.each([
    ['a line break', 'ada@example.com\r\nBcc: eve@evil.example'],
    ['a bare line feed', 'ada@example.com\n'],
    ['a list', 'ada@example.com,eve@evil.example'],
    ['a list by semicolon', 'ada@example.com;eve@evil.example'],
    ['a display name', 'Ada <ada@example.com>'],
    ['a comment', 'ada(comment)@example.com'],
    ['a quoted part', '"ada lovelace"@example.com'],
    ['group syntax', 'friends:ada@example.com,eve@evil.example;'],
    ['a source route', '@relay.example:ada@example.com'],
    ['a percent route is one local part, but two signs are none', 'ada@example.com@evil.example'],
    ['65 characters before the sign', `${'a'.repeat(65)}@example.com`],
    [
      '255 characters',
      `a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.example.org`,
    ],
    ['a label of 64', `ada@${'b'.repeat(64)}.example`],
    ['an IP literal', 'ada@[127.0.0.1]'],
    ['an IP address', 'ada@127.0.0.1'],
    ['letters that look alike', 'ada@exаmple.com'],
    ['letters of another script', '用户@例子.example'],
    ['a dot at the start', '.ada@example.com'],
    ['two dots', 'ada..l@example.com'],
    ['a dot at the end', 'ada@example.com.'],
    ['a hyphen at the edge of a label', 'ada@-example.com'],
    ['nothing before the sign', '@example.com'],
    ['nothing after it', 'ada@'],
    ['no sign', 'ada'],
    ['nothing', ''],
    ['a space', 'ada @example.com'],
    ['a NUL', 'ada\u0000@example.com'],
    ['a right-to-left override', 'ada\u202e@example.com'],
    ['an option of a mail program', '-oQ/tmp/x ada@example.com'],
  ])('is refused when it has %s', (_, address) => {
    expect(isMailAddress(address)).toBe(false);
  });

  it('is refused in no time, however long and nested it is', () => {
    const startedAt = performance.now();
    for (const one of [
      ':'.repeat(10_000),
      '('.repeat(100_000),
      'a.'.repeat(50_000),
      `a@${'b.'.repeat(50_000)}`,
    ]) {
      expect(isMailAddress(one)).toBe(false);
      expect(parseMailbox(one)).toBeNull();
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('the sender', () => {
  it.each([
    ['service@example.com', { name: '', address: 'service@example.com' }],
    ['Customer Service <service@example.com>', { name: 'Customer Service', address: 'service@example.com' }],
    ['"客服中心, 总部" <service@example.com>', { name: '客服中心, 总部', address: 'service@example.com' }],
  ])('is read from %s', (text, mailbox) => {
    expect(parseMailbox(text)).toEqual(mailbox);
  });

  it.each(['', 'Service', 'A <a@b.example>, B <c@d.example>', 'A\r\nBcc: x@y.example <a@b.example>', '<>'])(
    'is not read from %j',
    (text) => {
      expect(parseMailbox(text)).toBeNull();
    },
  );

  it('takes the number of a case behind a plus, unless there is no room or it is no number', () => {
    expect(taggedAddress('service@example.com', 'C-7K3Q-F9XM')).toBe('service+C-7K3Q-F9XM@example.com');
    expect(taggedAddress(`${'a'.repeat(60)}@example.com`, 'C-7K3Q-F9XM')).toBe(
      `${'a'.repeat(60)}@example.com`,
    );
    expect(taggedAddress('a@example.com', 'x@evil.example')).toBe('a@example.com');
  });
});

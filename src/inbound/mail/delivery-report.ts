/**
 * Reads what a mail server says of a mail of ours that it could not deliver (RFC 3464): to whom, why, and which mail.
 * Believes nothing: whether we ever sent that mail is looked up by others.
 */
import type { DeliveryReport } from '../inbound-message.js';

export interface ReportParts {
  /** Content of `message/delivery-status`. */
  readonly status: string;
  /** The returned mail, or its headers; empty when it was not returned. */
  readonly returned: string;
}

/** Headers of the returned mail stand at its beginning; its body is of no interest. */
const RETURNED_MAX = 64 * 1024;
const STATUS_MAX = 64 * 1024;
const DETAIL_MAX = 300;

/** @returns the report and the id of the mail that it is about, where it says so. */
export function deliveryReport({ status, returned }: ReportParts): {
  report: DeliveryReport;
  messageId: string | null;
} {
  const text = status
    .slice(0, STATUS_MAX)
    .replace(/\r\n/g, '\n')
    .replace(/\n[ \t]+/g, ' ');
  const code = /^status:[ \t]*([245]\.\d{1,3}\.\d{1,3})/im.exec(text)?.[1] ?? '';
  const action = /^action:[ \t]*(\w{1,20})/im.exec(text)?.[1]?.toLowerCase() ?? '';
  const recipient = /^(?:original|final)-recipient:[ \t]*rfc822[ \t]*;[ \t]*<?([^\s<>]{3,254})>?/im.exec(
    text,
  )?.[1];
  const detail = /^diagnostic-code:[ \t]*([^\n]{1,2000})/im.exec(text)?.[1] ?? '';
  const headers = returned.slice(0, RETURNED_MAX);
  return {
    report: {
      recipient: recipient?.toLowerCase() ?? null,
      status: code,
      detail: detail.trim().slice(0, DETAIL_MAX),
      isFinal: action === 'failed' || (action === '' && code.startsWith('5')),
    },
    messageId: /^message-id:\s*(<[^<>\s]{1,250}>)/im.exec(headers)?.[1] ?? null,
  };
}

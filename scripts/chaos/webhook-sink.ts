/**
 * A receiver of signed webhooks that has bad days, as the mail server has: it refuses, falls silent, hangs up after it
 * took a message, or takes its time. Writes down every message that it really took, in order of arrival, and whether its
 * signature fits. Keeps no body; knows no rule of a case.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * `refusing`: 503 to everybody. `silent`: takes the message and never answers. `forgetful`: takes it and hangs up before
 * it says so. `slow`: says so after a while.
 */
export type HookMood = 'well' | 'refusing' | 'silent' | 'forgetful' | 'slow';

/** One message that was taken. */
export interface SunkHook {
  readonly id: string;
  readonly caseId: string;
  readonly seq: number;
  /** Whether a signature of the secret covers id, time and body, and the time is ours. */
  readonly signed: boolean;
}

const SLOW_MS = 1_500;
/** As the documentation tells receivers to. */
const CLOCK_SKEW_MAX_SECONDS = 300;

export class WebhookSink {
  mood: HookMood = 'well';
  /** Messages that a mood spoiled. */
  spoiled = 0;
  /** As `whsec_…`, when it is known. */
  secret = '';
  readonly hooks: SunkHook[] = [];
  private readonly lines: WriteStream;

  private constructor(
    private readonly server: Server,
    file: string,
  ) {
    this.lines = createWriteStream(file, { flags: 'a' });
    server.on('request', (request, response) => void this.take(request, response));
  }

  /** @param file gets one JSON line per message. */
  static async start(file: string): Promise<WebhookSink> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new WebhookSink(server, file);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/cases`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    await new Promise<void>((resolve) => this.lines.end(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { mood } = this;
    if (mood !== 'well') this.spoiled += 1;
    // A sender that goes away in the middle has sent nothing.
    const body = await text(request).catch(() => null);
    if (body === null) return;
    if (mood === 'refusing') {
      response.writeHead(503).end();
      return;
    }
    this.keep(request, body);
    if (mood === 'silent') return;
    if (mood === 'forgetful') {
      response.destroy();
      return;
    }
    if (mood === 'slow') await pause(SLOW_MS);
    response.writeHead(204).end();
  }

  private keep({ headers }: IncomingMessage, body: string): void {
    const id = String(headers['webhook-id'] ?? '');
    const { data } = JSON.parse(body) as { data: { caseId: string; seq: number } };
    const hook = { id, caseId: data.caseId, seq: data.seq, signed: this.isSigned(id, headers, body) };
    this.hooks.push(hook);
    this.lines.write(`${JSON.stringify(hook)}\n`);
  }

  /** By the documentation, not by the library that signed. */
  private isSigned(id: string, headers: IncomingMessage['headers'], body: string): boolean {
    const timestamp = String(headers['webhook-timestamp'] ?? '');
    if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) < CLOCK_SKEW_MAX_SECONDS)) return false;
    const key = Buffer.from(this.secret.replace(/^whsec_/, ''), 'base64');
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
    return String(headers['webhook-signature'] ?? '')
      .split(' ')
      .some((signature) => {
        const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
        return (
          signature.startsWith('v1,') && given.length === expected.length && timingSafeEqual(given, expected)
        );
      });
  }
}

/**
 * Shows the demo's mailbox to whoever asks, and nothing where there is none. What the mails say comes from outside:
 * it is shown as text, or in a frame without any rights.
 */
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/access.decorator.js';
import { toInstantText } from '../input/instant.js';
import { Problem } from '../problems/problem.js';
import { MAIL_CSP, MAILBOX_CSP, mailboxPage, mailPage } from './mailbox-page.js';
import { Mailbox, type MailboxItem } from './mailbox.js';

const HTML = 'text/html; charset=utf-8';

@ApiExcludeController()
@Public()
@Controller()
export class MailboxController {
  constructor(private readonly mailbox: Mailbox) {}

  @Get('mailbox')
  list(@Query('to') to: unknown, @Res() reply: FastifyReply): void {
    const items = this.items();
    sendPage(reply, mailboxPage(items, typeof to === 'string' ? to : null));
  }

  @Get('mailbox.json')
  json(): object {
    const data = this.items().map(({ id, receivedAt, from, to, subject, text, headers, statusUrl }) => ({
      id,
      receivedAt: toInstantText(receivedAt),
      from,
      to,
      subject,
      text,
      headers,
      statusUrl,
    }));
    return { data };
  }

  @Get('mailbox/:id')
  show(@Param('id') id: string, @Res() reply: FastifyReply): void {
    sendPage(reply, mailPage(this.item(id)));
  }

  @Get('mailbox/:id/html')
  html(@Param('id') id: string, @Res() reply: FastifyReply): void {
    const { html } = this.item(id);
    if (html === null) throw new Problem('not-found');
    void reply
      .header('content-security-policy', MAIL_CSP)
      // Shown in a frame of our own page.
      .header('x-frame-options', 'SAMEORIGIN')
      .type(HTML)
      .send(html);
  }

  /** @throws Problem 404 outside a demo */
  private items(): readonly MailboxItem[] {
    if (!this.mailbox.isOpen) throw new Problem('not-found');
    return this.mailbox.all();
  }

  private item(id: string): MailboxItem {
    const item = this.mailbox.isOpen ? this.mailbox.find(id) : null;
    if (item === null) throw new Problem('not-found');
    return item;
  }
}

function sendPage(reply: FastifyReply, page: string): void {
  void reply.header('content-security-policy', MAILBOX_CSP).type(HTML).send(page);
}

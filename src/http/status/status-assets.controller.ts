/**
 * The style sheet, the icon and the script of the customer's pages, from our own origin. Public and the same for everybody, so
 * that browsers may keep them: their version is part of the address.
 */
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  STATUS_CSS,
  STATUS_CSS_VERSION,
  STATUS_ICON_SVG,
  STATUS_ICON_VERSION,
} from '../../delivery/status-style.js';
import { STATUS_LIVE_JS, STATUS_LIVE_VERSION } from '../../delivery/status-live.js';
import { Public } from '../auth/access.decorator.js';

const FOR_EVER = 'public, max-age=31536000, immutable';
/** Asked without its version, or with an old one: the next page must not keep what may be another version. */
const FOR_NOW = 'public, max-age=300';

@ApiExcludeController()
@Public()
@Controller('assets')
export class StatusAssetsController {
  @Get('status.css')
  style(@Query('v') version: unknown, @Res() reply: FastifyReply): void {
    send(reply, 'text/css; charset=utf-8', STATUS_CSS, version === STATUS_CSS_VERSION);
  }

  @Get('status-live.js')
  script(@Query('v') version: unknown, @Res() reply: FastifyReply): void {
    send(reply, 'text/javascript; charset=utf-8', STATUS_LIVE_JS, version === STATUS_LIVE_VERSION);
  }

  @Get('status.svg')
  icon(@Query('v') version: unknown, @Res() reply: FastifyReply): void {
    // Opened by itself it is a document of its own, which may use nothing but its own style.
    void reply.header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
    send(reply, 'image/svg+xml; charset=utf-8', STATUS_ICON_SVG, version === STATUS_ICON_VERSION);
  }
}

function send(reply: FastifyReply, mediaType: string, text: string, isCurrent: boolean): void {
  void reply
    .header('cache-control', isCurrent ? FOR_EVER : FOR_NOW)
    .header('x-content-type-options', 'nosniff')
    .type(mediaType)
    .send(text);
}

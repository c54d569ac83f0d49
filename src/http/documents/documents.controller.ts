/**
 * The contract as a document and as a page. The page's script is a ready bundle, served from here: nothing is asked
 * of a foreign host, and the page's own policy forbids it.
 */
import { createReadStream, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Header, Injectable, Res, StreamableFile } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/access.decorator.js';

/** Filled by `configureHttp`, for only the whole application knows all routes. */
@Injectable()
export class ContractDocument {
  private made: OpenAPIObject | null = null;
  make: () => OpenAPIObject = () => {
    throw new Error('configureHttp was not called');
  };

  /** Made at the first request: it takes longer than all else of the start together. */
  get document(): OpenAPIObject {
    return (this.made ??= this.make());
  }
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Case escalation API</title>
</head>
<body>
<div id="reference"></div>
<script src="/docs/reference.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

// Fonts, telemetry and assistants would each ask a foreign host.
const START = `Scalar.createApiReference('#reference', {
  url: '/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
});
`;

/** The bundle writes its styles into the page, so those may be inline; scripts and connections are ours alone. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Put there by the build; run from source, the page takes it from where npm put it. */
const BUILT_BUNDLE = fileURLToPath(new URL('../../assets/api-reference.js', import.meta.url));
/** Seconds. The bundle changes with a release only. */
const BUNDLE_AGE_SECONDS = 86_400;

@Public()
@ApiExcludeController()
@Controller()
export class DocumentsController {
  private readonly bundle = existsSync(BUILT_BUNDLE)
    ? BUILT_BUNDLE
    : createRequire(import.meta.url).resolve('@scalar/api-reference/browser/standalone.js');

  constructor(private readonly contract: ContractDocument) {}

  @Get('openapi.json')
  document(): OpenAPIObject {
    return this.contract.document;
  }

  @Get('docs')
  @RouteConfig({ produces: ['text/html'] })
  page(@Res() reply: FastifyReply): void {
    void reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(PAGE);
  }

  @Get('docs/start.js')
  @RouteConfig({ produces: ['text/javascript'] })
  start(@Res() reply: FastifyReply): void {
    void reply.type('text/javascript; charset=utf-8').send(START);
  }

  @Get('docs/reference.js')
  @RouteConfig({ produces: ['text/javascript'] })
  @Header('cache-control', `public, max-age=${BUNDLE_AGE_SECONDS}`)
  reference(): StreamableFile {
    return new StreamableFile(createReadStream(this.bundle), { type: 'text/javascript; charset=utf-8' });
  }
}

/** The page behind the `type` of every problem document: what it means and what one can do about it. */
import { Controller, Get, Param, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/access.decorator.js';
import { Problem } from './problem.js';
import { PROBLEM_TYPES, type ProblemCode, type ProblemType } from './problem-types.js';

@Public()
@ApiExcludeController()
@Controller('problems')
export class ProblemsController {
  @Get()
  @RouteConfig({ produces: ['text/html'] })
  list(@Res() reply: FastifyReply): void {
    const all = Object.entries(PROBLEM_TYPES).map(([code, type]) => section(code, type));
    sendPage(reply, 'Problems', all.join('\n'));
  }

  @Get(':code')
  @RouteConfig({ produces: ['text/html'] })
  one(@Param('code') code: string, @Res() reply: FastifyReply): void {
    if (!Object.hasOwn(PROBLEM_TYPES, code)) throw new Problem('not-found');
    sendPage(reply, code, section(code, PROBLEM_TYPES[code as ProblemCode]));
  }
}

/** Texts are our own constants; escaping keeps them what they are. */
function section(code: string, { status, title, advice }: ProblemType): string {
  return `<h2><a href="/problems/${code}">${code}</a> (${status})</h2>\n<p>${escape(title)} ${escape(advice)}</p>`;
}

function sendPage(reply: FastifyReply, title: string, content: string): void {
  const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body>
<h1>${title}</h1>
${content}
</body>
</html>
`;
  void reply.type('text/html; charset=utf-8').send(page);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

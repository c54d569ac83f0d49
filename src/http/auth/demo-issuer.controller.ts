/** Lets browsers and clients reach the demo's own issuer, and nothing where there is none. */
import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';
import { formBodyOf } from '../status/form-body.js';
import { Public } from './access.decorator.js';
import { DemoIssuer } from './demo-issuer.js';

@ApiExcludeController()
@Public()
@Controller('demo-issuer')
export class DemoIssuerController {
  constructor(private readonly issuer: DemoIssuer) {}

  @Get('.well-known/openid-configuration')
  discovery(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer('.well-known/openid-configuration', request, reply);
  }

  @Get('jwks')
  keys(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer('jwks', request, reply);
  }

  @Get('authorize')
  @RouteConfig({ produces: ['text/html'] })
  authorize(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer('authorize', request, reply);
  }

  @Post('token')
  token(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer('token', request, reply);
  }

  private async answer(path: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!this.issuer.isOpen) throw new Problem('not-found');
    const form = formBodyOf(request.body);
    const { status, headers, body } = await this.issuer.answer({
      method: request.method,
      path,
      query: new URL(request.raw.url ?? '/', 'http://localhost').searchParams,
      form: new URLSearchParams(form.kind === 'form' ? [...form.fields] : []),
    });
    void reply.code(status).headers(headers).send(body);
  }
}

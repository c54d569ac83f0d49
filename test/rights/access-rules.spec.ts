// A route without exactly one rule stops the application, and whoever is turned away is written down without what they
// sent.
import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Post, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Actor } from '../../src/domain/actor.js';
import { ByLink, Needs, Public, rulesOf } from '../../src/http/auth/access.decorator.js';
import { AccessTable } from '../../src/http/auth/access-table.service.js';
import { logDenied } from '../../src/http/auth/log-denied.js';

@Controller('sound')
class Sound {
  @Get()
  @Public()
  open(): void {}

  @Get(':token')
  @ByLink()
  byLink(): void {}

  @Post('things')
  @Needs('case.open', 'case.note')
  entitled(): void {}
}

@Controller(['ruled', 'also-ruled'])
@Needs('clock.move')
class RuledAsAWhole {
  @Get()
  read(): void {}
}

@Controller('bare')
class Bare {
  @Get('here')
  @Public()
  fine(): void {}

  @Post('there/:id')
  forgotten(): void {}
}

@Controller('twice')
@Needs('staff.read')
class Twice {
  @Get()
  @Public()
  read(): void {}
}

@Controller('doubled')
class Doubled {
  @Get()
  @Needs('staff.read')
  @Needs('case.read')
  read(): void {}
}

function start(...controllers: Type[]) {
  @Module({ controllers, providers: [AccessTable] })
  class Whole {}
  return NestFactory.create(Whole, new FastifyAdapter(), { logger: false, abortOnError: false }).then(
    async (app) => {
      await app.init();
      const all = app.get(AccessTable).all();
      await app.close();
      return all.map(({ method, url, rule }) => [method, url, rule.for]);
    },
  );
}

describe('the rules of all routes', () => {
  it('are read off the controllers, those of a whole controller included', async () => {
    expect(await start(Sound, RuledAsAWhole)).toEqual([
      ['GET', '/also-ruled', 'entitled'],
      ['GET', '/ruled', 'entitled'],
      ['GET', '/sound', 'everybody'],
      ['GET', '/sound/:token', 'link'],
      ['POST', '/sound/things', 'entitled'],
    ]);
  });

  it.each([
    ['none', Bare, 'POST /bare/there/:id (Bare) has no rule'],
    ['two, of which one is its controller’s', Twice, 'GET /twice (Twice) has more than one rule'],
    ['two of its own', Doubled, 'GET /doubled (Doubled) has more than one rule'],
  ] as const)('stop the start where a route has %s', async (_what, controller, message) => {
    await expect(start(Sound, controller)).rejects.toThrow(message);
  });

  it('keep what a decorator says beside the other, for whoever looks for the fault', () => {
    expect(rulesOf(Doubled, Doubled.prototype.read)).toHaveLength(2);
  });
});

describe('the log of those who were turned away', () => {
  const answered = async (status: number, actor?: Actor) => {
    const lines: [string, object, string][] = [];
    const note = (level: string) => (fields: object, message: string) => lines.push([level, fields, message]);
    const server = new FastifyAdapter({ genReqId: () => 'trace-1' }).getInstance();
    logDenied(server, { info: note('info'), warn: note('warn') } as unknown as Logger);
    server.addHook('onRequest', async (request) => {
      if (actor) request.actor = actor;
    });
    server.get('/cases/:id', (_request, reply) =>
      reply
        .code(status)
        .type('application/problem+json; charset=utf-8')
        .send(JSON.stringify({ code: 'some-code', detail: 'canary' })),
    );
    const url = await server.listen({ port: 0, host: '127.0.0.1' });
    await fetch(`${url}/cases/canary?q=canary`, { headers: { authorization: 'Bearer canary' } });
    await server.close();
    return lines;
  };
  const fields = (role: string) => ({ route: 'GET /cases/:id', code: 'some-code', role, traceId: 'trace-1' });
  const actor: Actor = { kind: 'member', id: 'canary', department: 'canary' };

  it.each([
    [401, undefined, [['info', fields('nobody'), 'Access denied']]],
    [403, actor, [['warn', fields('member'), 'Access denied']]],
    [404, actor, [['info', fields('member'), 'Access denied']]],
    [404, undefined, []],
    [409, actor, []],
    [200, actor, []],
  ] as const)(
    'has a line for %d by %j with what says who reached for what, and no more',
    async (status, who, lines) => {
      const written = await answered(status, who);
      expect(written).toEqual(lines);
      expect(JSON.stringify(written)).not.toContain('canary');
    },
  );
});

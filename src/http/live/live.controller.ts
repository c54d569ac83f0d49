/**
 * News of a case as it happens, as server-sent events: for staff every new revision, for the customer by link what
 * they were told. Who may no longer read hears nothing more: asked again for each event and with each heartbeat. GET
 * only looks; HEAD answers and ends.
 */
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { JournalTail } from '../../delivery/live/journal-tail.js';
import type { Actor } from '../../domain/actor.js';
import { LOCALES } from '../../domain/policies.js';
import { ByLink, Needs } from '../auth/access.decorator.js';
import { Asking } from '../auth/auth.guard.js';
import { Callers } from '../auth/callers.service.js';
import { CaseAccess } from '../cases/case-access.service.js';
import { CaseIdParam } from '../documents/api.decorator.js';
import { CaseId } from '../input/checked.pipe.js';
import { Problem } from '../problems/problem.js';
import { inLanguage, readerHints, tokenIn } from '../status/reader-hints.js';
import { StatusDesk } from '../status/status-desk.service.js';
import { customerNews, staffNews } from './live-news.js';
import type { LiveEvent, LiveSource } from './live-stream.js';
import { LiveStreams } from './live-streams.service.js';

export const EVENT_STREAM = 'text/event-stream';

const Resumable = () =>
  ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The `id` of the last event that was seen: what came after it is sent first.',
  });
const Stream = (description: string, example: string) =>
  ApiResponse({
    status: 200,
    description,
    content: { [EVENT_STREAM]: { schema: { type: 'string', example } } },
  });

@Controller('api/v1')
export class LiveController {
  constructor(
    private readonly streams: LiveStreams,
    private readonly access: CaseAccess,
    private readonly tail: JournalTail,
    private readonly callers: Callers,
    private readonly desk: StatusDesk,
  ) {}

  @Get('cases/:id/events')
  @Needs('case.read')
  @RouteConfig({ produces: [EVENT_STREAM] })
  @ApiTags('Cases')
  @ApiOperation({ summary: 'Hear of every new revision of a case', operationId: 'caseEvents' })
  @CaseIdParam()
  @Resumable()
  @ApiProduces(EVENT_STREAM)
  @Stream(
    'The present revision, or what came after `Last-Event-ID`; then each new one. `id` is the journal’s `seq`.',
    'id: 4\ndata: {"type":"case.accepted","seq":4,"revision":4,"state":"level1.working","level":1,"occurredAt":"2026-05-12T09:00:00.000Z"}\n\n',
  )
  async ofCase(
    @Param('id', CaseId) id: string,
    @Asking() actor: Actor,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { revision } = await this.access.read(id, actor);
    const seen = seenIn(request, revision);
    const source: LiveSource = async (afterId) => {
      const present = await this.callers.identify(request);
      if (present === null) throw new Problem('unauthenticated');
      const current = await this.access.read(id, present);
      return current.revision > afterId ? staffNews(await this.tail.after(id, afterId)) : [];
    };
    const first = staffNews(await this.tail.after(id, seen ?? revision - 1));
    this.answer(request, reply, { reader: actor.id, caseId: id, first, afterId: seen ?? 0, source });
  }

  @Get('status/:token/events')
  @ByLink()
  @RouteConfig({ produces: [EVENT_STREAM] })
  @ApiTags('Customer by link')
  @ApiOperation({ summary: 'Hear of news of the customer’s case', operationId: 'statusEvents' })
  @ApiParam({ name: 'token', description: 'From the customer’s link.', type: String })
  @ApiQuery({
    name: 'lang',
    required: false,
    type: String,
    description: `One of ${LOCALES.join(', ')}; anything else, and the default: the customer’s own.`,
    example: 'en',
  })
  @Resumable()
  @ApiProduces(EVENT_STREAM)
  @Stream(
    'What the customer was told last, or after `Last-Event-ID`; then each new piece of news.',
    'id: 4\ndata: {"headline":"With Logistics","updatedAt":"2026-05-12T09:00:00.000Z"}\n\n',
  )
  async byLink(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const [token, hints] = [tokenIn(request), readerHints(request)];
    const visit = await this.desk.visit(token, hints);
    const caseId = visit.current.id;
    const seen = seenIn(request, visit.current.revision);
    const source: LiveSource = async (afterId) => customerNews(await this.desk.visit(token, hints), afterId);
    const first = seen === null ? customerNews(visit, 0).slice(-1) : customerNews(visit, seen);
    inLanguage(reply, visit.view.locale);
    this.answer(request, reply, { reader: `link:${caseId}`, caseId, first, afterId: seen ?? 0, source });
  }

  private answer(
    { method }: FastifyRequest,
    reply: FastifyReply,
    news: {
      reader: string;
      caseId: string;
      first: readonly LiveEvent[];
      afterId: number;
      source: LiveSource;
    },
  ): void {
    // Some proxies hold an answer back until it is whole, which this one never is.
    void reply.type(`${EVENT_STREAM}; charset=utf-8`).header('x-accel-buffering', 'no');
    void reply.send(method === 'HEAD' ? '' : this.streams.begin(news.reader, news.caseId, news));
  }
}

/** What is no number of an event of this case is nothing that was seen. */
function seenIn({ headers }: FastifyRequest, revision: number): number | null {
  const id = headers['last-event-id'];
  const isNumber = typeof id === 'string' && /^\d{1,9}$/.test(id);
  return isNumber && Number(id) <= revision ? Number(id) : null;
}

/**
 * Restate: a case is a Virtual Object whose state, events included, lies in Restate itself; its service level is a
 * delayed message to itself, which knows by the revision that it is stale; the notification is a message to another
 * service. Clients talk to Restate's ingress, which calls this process.
 */
import './promise-with-resolvers.js';
import * as restate from '@restatedev/restate-sdk';
import { type CaseState, type Command, type CommandBody, COMMANDS, move } from './case-life.js';

const notifications = restate.service({
  name: 'notifications',
  handlers: {
    deliver: async (_ctx: restate.Context, _notice: { id: string; revision: number; key: string }) =>
      undefined,
  },
});

async function act(
  ctx: restate.ObjectContext,
  command: Command,
  body: CommandBody,
): Promise<CaseState & { id: string }> {
  const id = ctx.key;
  const to = move(await ctx.get<CaseState>('case'), command);
  if (!to) throw new restate.TerminalError(`refused: ${command}`, { errorCode: 409 });
  const { revision, dueInMs } = to;
  ctx.set('case', to);
  ctx.set(`event-${revision}`, { command, body, at: await ctx.date.now() });
  ctx.serviceSendClient(notifications).deliver({ id, revision, key: `case.${command}` });
  if (dueInMs !== null) {
    // Given to the client's factory instead, the delay is ignored.
    ctx
      .objectSendClient<typeof cases>({ name: 'cases' }, id)
      .breach({ revision }, restate.rpc.sendOpts({ delay: dueInMs }));
  }
  return { id, ...to };
}

const commands = Object.fromEntries(
  COMMANDS.map((command) => [
    command,
    (ctx: restate.ObjectContext, body: CommandBody) => act(ctx, command, body),
  ]),
);

const cases = restate.object({
  name: 'cases',
  handlers: {
    ...commands,
    breach: async (ctx: restate.ObjectContext, { revision }: { revision: number }): Promise<void> => {
      const current = await ctx.get<CaseState>('case');
      if (current?.revision === revision) ctx.set('breached', revision);
    },
  },
});

await restate.serve({ services: [cases, notifications], port: Number(process.env['PORT']) });

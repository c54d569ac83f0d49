/**
 * DBOS, one workflow a case: it waits for the next command with `recv`, whose timeout is the service level, writes the
 * transition, and tells its caller by `setEvent`. The caller sends and waits for the event of its own request.
 */
import { randomUUID } from 'node:crypto';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { type CaseState, type Command, type CommandBody, move } from './case-life.js';
import { type Act, serve, write } from './dbos-app.js';

interface Message {
  readonly request: string;
  readonly command: Command;
  readonly body: CommandBody;
}

const ANSWER_WITHIN_SECONDS = 30;

const live = DBOS.registerWorkflow(
  async (id: string, opening: Message) => {
    let current: CaseState | null = null;
    let message: Message | null = opening;
    do {
      if (message !== null) {
        const { request, command, body }: Message = message;
        const to = move(current, command);
        // Nobody else writes this case: what had been written before was this very step, before a crash.
        if (to) await DBOS.runStep(() => write(id, to, command, body), { name: 'write' });
        current = to ?? current;
        await DBOS.setEvent(request, to);
      }
      // Null after the service level's time: a real one would escalate then; in the benchmark it is hours away.
      message =
        current?.dueInMs == null ? null : await DBOS.recv<Message>('commands', current.dueInMs / 1_000);
    } while (current?.dueInMs != null);
  },
  { name: 'live' },
);

const act: Act = async (id, command, body) => {
  const request = randomUUID();
  const message: Message = { request, command, body };
  if (command === 'open') await DBOS.startWorkflow(live, { workflowID: id })(id, message);
  else await DBOS.send(id, message, 'commands');
  return DBOS.getEvent<CaseState>(id, request, ANSWER_WITHIN_SECONDS);
};

await serve(act);

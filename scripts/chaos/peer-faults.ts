/** Faults of those whom the product tells: mail servers and receivers of webhooks. Knows no schedule and no verdict. */
import { count, kind, onServer, type FaultKind, type Scene } from './fault-kind.js';
import type { Mood } from './moody-mail-server.js';
import type { HookMood } from './webhook-sink.js';

const mailFault = (name: string, about: string, mood: Mood): FaultKind =>
  kind(name, about, [2_500, 5_000], ({ installation: { mail } }) => {
    let before = 0;
    return {
      inject: async () => {
        before = mail.spoiled;
        mail.mood = mood;
      },
      heal: async () => {
        mail.mood = 'well';
      },
      effective: () => mail.spoiled > before,
    };
  });

const hookFault = (name: string, about: string, mood: HookMood): FaultKind =>
  kind(name, about, [2_000, 4_000], ({ installation: { hooks } }) => {
    let before = 0;
    return {
      inject: async () => {
        before = hooks.spoiled;
        hooks.mood = mood;
      },
      heal: async () => {
        hooks.mood = 'well';
      },
      effective: () => hooks.spoiled > before,
    };
  });

const mailDown = kind('mail-down', 'the mail server is gone (D10)', [2_500, 5_000], (scene) => {
  const { mail } = scene.installation;
  let hungUp = 0;
  let failed = 0;
  return {
    inject: async () => {
      hungUp = await mail.shut();
      failed = await failedAttempts(scene);
    },
    heal: async () => {
      failed = (await failedAttempts(scene)) - failed;
      await mail.open();
    },
    effective: () => hungUp > 0 || failed > 0,
  };
});

const failedAttempts = (scene: Scene): Promise<number> =>
  onServer(scene, (client) =>
    count(
      client,
      `SELECT count(*)::integer FROM audit.attempt WHERE result IN ('notArrived', 'perhapsArrived')`,
    ),
  );

export const PEER_FAULTS: readonly FaultKind[] = [
  mailFault('mail-refusing', 'the mail server answers 451 (D6)', 'refusing'),
  mailFault('mail-silent', 'the mail server takes the text and never answers (D5)', 'silent'),
  mailFault(
    'mail-forgetful',
    'the mail server takes the mail and hangs up before it says so (D7)',
    'forgetful',
  ),
  mailFault('mail-slow', 'the mail server takes its time with every mail (D5)', 'slow'),
  mailDown,
  hookFault('hook-refusing', 'the receiver of webhooks answers 503 (D8)', 'refusing'),
  hookFault('hook-silent', 'the receiver of webhooks takes them and never answers (D8)', 'silent'),
  hookFault(
    'hook-forgetful',
    'the receiver of webhooks takes them and hangs up before it says so (D8)',
    'forgetful',
  ),
];

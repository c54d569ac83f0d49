/**
 * What the names of fields mean in the installation: a department is one that exists, a due date lies ahead. One row
 * per name; a row for one operation alone is called `operationId.name`. Everything here is allowed by the document.
 */
import { openTasksIn } from './aim.js';
import type { Json } from './contract.js';
import type { Random } from './random.js';
import { FATES } from './receiver.js';
import type { Scene } from './scene.js';

/** undefined: nothing is known yet, let the schema say. */
type Word = (scene: Scene) => unknown;

const HOUR_MS = 3_600_000;

const ahead: Word = ({ random, world }) => instant(world.nowMs + random.whole(1, 20 * 24) * HOUR_MS);
const before: Word = ({ random, world }) => instant(world.nowMs - random.whole(0, 48) * HOUR_MS);
const text =
  (...choices: readonly string[]): Word =>
  ({ random }) =>
    random.pick(choices);

const department: Word = ({ random, world }) =>
  random.pickOrNull(world.valuesOf('/api/v1/departments', 'key', isHousehold)) ?? undefined;
const calendar: Word = ({ random, world }) =>
  random.pickOrNull(world.valuesOf('/api/v1/calendars', 'key')) ?? undefined;
const agent: Word = ({ random, world }) =>
  random.pickOrNull(world.valuesOf('/api/v1/staff', 'id', ({ role }) => role === 'agent')) ?? undefined;
const caseId: Word = ({ random, world }) => world.pickCase(random)?.id;
const customerId: Word = ({ random, world }) => world.pickPlace(random, '/api/v1/customers')?.params['id'];

/** Somebody of the department in whose hands the thing of the address is. */
const colleague: Word = ({ random, world, params }) => {
  const task = taskOf(world, params['taskId']);
  const where = task?.department ?? world.caseOf(params['id'] ?? '')?.department ?? null;
  const people = world.valuesOf(
    '/api/v1/staff',
    'id',
    (one) => (one['department'] ?? null) === where && (where !== null || one['role'] === 'agent'),
  );
  return random.pickOrNull(people) ?? undefined;
};

/** Open and closed hours of a day; the last two run past midnight and all day. */
const windows: Word = ({ random }) =>
  random.pick([
    [['09:00', '17:00']],
    [
      ['08:30', '12:00'],
      ['13:00', '18:00'],
    ],
    [],
    [['22:00', '06:00']],
    [['00:00', '24:00']],
  ]);

const category = text('late-delivery', 'safety', 'delivery', 'replacement', 'billing', 'fuzz-1', 'fuzz-2');

export const WORDS: Readonly<Record<string, Word>> = {
  department,
  'departments[]': department,
  level1: department,
  level2: department,
  category,
  channel: text('phone', 'email', 'web', 'chat'),
  agentId: agent,
  ownerId: agent,
  'listApiKeys.staffId': agent,
  assigneeId: colleague,
  primaryCaseId: caseId,
  caseId,
  otherId: customerId,
  customerId,
  customer: (scene) => {
    const { random } = scene;
    const id = customerId(scene);
    if (id !== undefined && random.chance(0.4)) return { id };
    const n = random.whole(1, 4_000);
    const reach = random.chance(0.5)
      ? { email: `customer-${n}@example.invalid` }
      : { phone: phoneOf(random) };
    return { externalId: `fuzz-${n}`, name: `Customer ${n}`, ...(random.chance(0.6) ? reach : {}) };
  },
  externalId: ({ random }) => `fuzz-${random.whole(1, 4_000)}`,
  phone: ({ random }) => phoneOf(random),
  locale: text('en', 'zh-CN', 'zh-TW', 'de'),
  timeZone: text('Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'UTC', 'Asia/Kathmandu'),
  calendar,
  shiftCalendar: calendar,
  'previewCalendar.key': calendar,
  // Whoever leads or stands in must belong to the department, and a new one has nobody.
  'putDepartment.lead': () => null,
  'putDepartment.deputies': () => [],
  'openCase.receivedAt': before,
  occurredAt: before,
  sentAt: before,
  since: before,
  dueAt: ahead,
  waitUntil: ahead,
  reviewAt: ahead,
  untilAt: ahead,
  expiresAt: ahead,
  // A far instant would end every case at once, and time never goes back.
  now: ({ random, world }) => instant(world.nowMs + random.whole(1, 5) * 60_000),
  start: before,
  end: ahead,
  amount: ({ random }) => `${random.whole(1, 400)}.${random.pick(['00', '50', '99'])}`,
  currency: text('CNY', 'EUR'),
  'putCompensationPolicy.currency': text('CNY', 'EUR'),
  compensationId: () => null,
  toLevel: ({ random }) => random.pick([null, 1, 2]),
  // Without a receiver, a host that is reserved for examples and does not exist; `.invalid` would be refused.
  url: ({ random, world: { receiverUrl } }) =>
    receiverUrl === null
      ? 'https://hooks.example.com/fuzz'
      : `${receiverUrl}/${random.chance(0.8) ? 'taken' : random.pick(FATES)}`,
  'events[]': text('case.escalated', 'case.breached', 'case.opened', 'case.resolved'),
  staffId: ({ random, world }) => random.pickOrNull(world.valuesOf('/api/v1/staff', 'id')) ?? undefined,
  task: ({ random, world, params }) => {
    const own = world.valuesOf('/api/v1/tasks', 'key', ({ caseId: of }) => of === params['id']);
    return random.pickOrNull(own) ?? 'handle-1-1';
  },
  caseNumber: ({ random, world }) =>
    (world.pickCase(random)?.resource['number'] as string | undefined) ?? null,
  'takeMessage.channel': text('whatsapp', 'wechat', 'line'),
  'takeMessage.messageId': ({ random }) => `m-${random.whole(1, 2 ** 31)}`,
  'takeMessage.from': ({ random }) => ({ externalId: `fuzz-${random.whole(1, 4_000)}`, name: 'Somebody' }),
  messageId: ({ random }) =>
    random.chance(0.3) ? `m-${random.whole(1, 50)}` : `m-${random.whole(1, 2 ** 31)}`,
  contentBase64: () => Buffer.from('a,b\r\n1,2\r\n').toString('base64'),
  'addAttachment.name': text('note.txt', 'a.csv', 'parcel.png'),
  'statusAttachment.name': text('note.txt', 'a.csv', 'parcel.png'),
  mon: windows,
  tue: windows,
  wed: windows,
  thu: windows,
  fri: windows,
  sat: windows,
  sun: windows,
  from: text('22:00', '20:30'),
  until: text('07:00', '08:00'),
  validUntil: ({ random }) => `20${random.whole(27, 35)}-12-31`,
  text: text('We look into it.', '我们正在处理。', 'Noch kein Ergebnis, aber wir bleiben dran.'),
  'Last-Event-ID': text('0', '1', '3', '999999'),
  key: ({ random }) => `fuzz-${random.whole(1, 8)}`,
};

/** Never left to the schema or its example: a webhook must stay on this machine, and time must not leap. */
export const ALWAYS_MEANT: ReadonlySet<string> = new Set(['url', 'now']);

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

function phoneOf(random: Random): string {
  return `+4420794${random.whole(10_000, 99_999)}`;
}

/** Of the house as it was found; those that the fuzzer founds have nobody. */
function isHousehold(item: Json): boolean {
  return !String(item['key']).startsWith('fuzz-');
}

function taskOf(world: Scene['world'], taskId: string | undefined): { readonly department?: unknown } | null {
  const [caseId = '', key = ''] = (taskId ?? '').split('.');
  const shown = openTasksIn(world.caseOf(caseId)?.resource ?? {}, [key]).find((one) => one.key === key);
  return shown ?? (taskId === undefined ? null : world.itemOf('/api/v1/tasks', taskId));
}

/**
 * A small database full of lives: cases stepped by the pure domain and written row by row with plain SQL, so that the
 * audit has something true to look at before a test makes it false. Instants are an hour apart.
 */
import type pg from 'pg';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';
import type { CalendarDefinition } from '../../src/calendar/calendar-definition.js';
import type { Actor } from '../../src/domain/actor.js';
import type { Case, Clock } from '../../src/domain/case.js';
import { dueEvent } from '../../src/domain/deadlines.js';
import type { CaseEvent } from '../../src/domain/events.js';
import {
  DEFAULT_COMPENSATION,
  DEFAULT_LIFECYCLE,
  DEFAULT_PLAYBOOK,
  type Department,
  type Policies,
  type SlaPolicy,
} from '../../src/domain/policies.js';
import { step } from '../../src/domain/step.js';
import type { Accepted } from '../../src/domain/step-result.js';
import { intakeColumns, movingColumns } from '../../src/store/case-rows.js';
import { digestSql, linkSql } from '../../src/store/journal-chain.js';
import { CASE_IDS, HOUR_MS, LIVES, type Payload, START } from './lives.js';

/** Nothing happens on the full second. */
const ODD_MS = 437;

/** Late, early, and a lunch that is cut out: an hour of this history is rarely an hour of business time. */
const SHIFTS: CalendarDefinition = {
  timeZone: 'Europe/Berlin',
  weekly: {
    mon: [['09:00', '12:30']],
    tue: [
      ['00:30', '04:00'],
      ['22:00', '06:00'],
    ],
    wed: [['08:00', '20:00']],
  },
  overrides: [{ date: '2026-03-05', windows: [['10:00', '11:30']] }],
  breaks: [{ date: '2026-03-02', windows: [['10:40', '11:10']] }],
};
const OLA = {
  P3: {
    olaAccept: { businessSeconds: 1200 },
    olaWork: { businessSeconds: 7200 },
    consult: { businessSeconds: 7200 },
  },
};
const SLA: SlaPolicy = {
  key: 'default',
  version: 1,
  calendar: 'shifts',
  targets: {
    P3: {
      firstResponse: { businessSeconds: 5000 },
      resolution: { calendarSeconds: 40_000_000 },
      nextUpdate: { businessDays: 300 },
    },
  },
  firstResponsePausable: true,
  onReopen: 'continue',
  warnPercents: [],
};
const SHIFTS_NOW = { key: 'shifts', version: 1, calendar: compileCalendar(SHIFTS) };

const DEPARTMENTS = Object.fromEntries(
  ['sales', 'product', 'logistics', 'finance'].map((key): [string, Department] => [
    key,
    {
      key,
      publicName: { en: key, 'zh-CN': key, 'zh-TW': key },
      answersFor: key,
      calendar: 'shifts',
      ola: OLA,
    },
  ]),
);
const POLICIES: Policies = {
  compensation: DEFAULT_COMPENSATION,
  lifecycle: DEFAULT_LIFECYCLE,
  playbook: DEFAULT_PLAYBOOK,
  departments: DEPARTMENTS,
  book: { slaPolicyFor: () => SLA, slaPolicy: () => SLA, calendar: () => SHIFTS_NOW },
};

/** Writes all lives of `CASE_IDS`. @param client as the owner of the database. */
export async function writeHistory(client: pg.Client): Promise<void> {
  const { key: _key, version: _version, ...policy } = SLA;
  await configured(client, 'calendar', 'shifts', SHIFTS);
  await configured(client, 'slaPolicy', 'default', policy);
  for (const [name, steps] of Object.entries(LIVES)) {
    const caseId = CASE_IDS[name as keyof typeof CASE_IDS];
    let current: Case | null = null;
    for (const [index, next] of steps.entries()) {
      const now: number = current ? current.context.lastEventAt + HOUR_MS + ODD_MS : START;
      const event: CaseEvent = next ? eventOf(caseId, next, now) : dueLater(current, now);
      const result = step(current, event, POLICIES);
      if (!result.accepted) throw new Error(`${name}, step ${index + 1}: ${result.refusal.code}`);
      await writeStep(client, result);
      current = result.case;
    }
  }
}

async function configured(client: pg.Client, kind: string, key: string, body: unknown): Promise<void> {
  const row = {
    kind,
    key,
    version: 1,
    body,
    created_at: new Date(START).toISOString(),
    created_by: 'system',
  };
  await client.query('DELETE FROM configuration WHERE kind = $1 AND key = $2', [kind, key]);
  await insert(client, 'configuration', row);
}

function eventOf(caseId: string, [actor, payload]: readonly [Actor, Payload], at: number): CaseEvent {
  return { ...payload, caseId, actor, at } as unknown as CaseEvent;
}

function dueLater(current: Case | null, from: number): CaseEvent {
  for (let at = from; current && at < from + 60 * 24 * HOUR_MS; at += HOUR_MS) {
    const event = dueEvent(current, at);
    if (event) return event;
  }
  throw new Error('nothing falls due');
}

/** What the engine writes in one statement, here one row after the other. */
async function writeStep(
  client: pg.Client,
  { case: after, entry, update, silence, tasks, deadlines, finishedClocks }: Accepted,
): Promise<void> {
  const at = new Date(entry.occurredAt).toISOString();
  const { id } = after;
  await client.query('DELETE FROM cases WHERE id = $1', [id]);
  const salt = `\\x${id.replaceAll('-', '')}`;
  await insert(client, 'cases', {
    ...intakeColumns(after),
    ...movingColumns(after, deadlines),
    recorded_at: at,
    salt,
  });
  for (const record of after.context.escalations) {
    const { level, department } = { ...record, department: record.attempts[0]?.department };
    const row = { case_id: id, level, department, purpose: 'p', expected_outcome: 'o', by: record.by, at };
    await insert(client, 'escalations', row, 'ON CONFLICT DO NOTHING');
  }
  for (const clock of finishedClocks) await insert(client, 'clocks', clockRow(id, clock));
  const key = entry.actor.kind === 'system' ? null : `key-${id.slice(-1)}-${entry.seq}`;
  await insertLinked(client, {
    case_id: id,
    seq: entry.seq,
    type: entry.type,
    from_state: entry.fromState,
    to_state: entry.toState,
    level_after: entry.level,
    actor_kind: entry.actor.kind,
    actor_id: entry.actor.id,
    actor_department: entry.actor.department ?? null,
    principal: key === null ? null : entry.actor.id,
    command_key: key,
    occurred_at: at,
    recorded_at: at,
    machine_version: entry.machineVersion,
    customer_visible: entry.customerVisible,
    silence,
    data: entry.data,
  });
  if (update) {
    await insert(client, 'notifications', {
      case_id: id,
      seq: entry.seq,
      channel: 'page',
      key: update.key,
      params: update.params,
      status: 'delivered',
      dedupe_key: `${id}.${entry.seq}.page`,
      created_at: at,
      finished_at: at,
      attempts: 0,
    });
  }
  for (const task of tasks) {
    const over = task.state === 'done' || task.state === 'cancelled';
    const row = {
      key: task.key,
      kind: task.kind,
      department: task.department,
      assignee_id: task.assigneeId,
      state: task.state,
    };
    await client.query('DELETE FROM tasks WHERE case_id = $1 AND key = $2', [id, task.key]);
    await insert(client, 'tasks', {
      case_id: id,
      ...row,
      created_at: at,
      updated_at: at,
      closed_at: over ? at : null,
      priority: 'P3',
    });
  }
  if (key !== null) await writeAnswer(client, entry.actor.id, key, 201, id, entry.seq, at);
}

function clockRow(caseId: string, clock: Clock): Record<string, unknown> {
  const at = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    case_id: caseId,
    metric: clock.metric,
    cycle: clock.cycle,
    attempt: clock.attempt,
    policy_key: clock.policyKey,
    policy_version: clock.policyVersion,
    calendar_key: clock.calendarKey,
    calendar_version: clock.calendarVersion,
    target_seconds: clock.targetSeconds,
    elapsed_seconds: clock.elapsedSeconds,
    started_at: at(clock.startedAt),
    due_at: at(clock.dueAt),
    breached_at: at(clock.breachedAt),
    detected_at: at(clock.detectedAt),
    breach_cause: clock.breachCause,
    stopped_at: at(clock.stoppedAt),
    outcome: clock.outcome,
    spans: clock.spans,
  };
}

/** A journal row, chained to the one before it. */
async function insertLinked(client: pg.Client, row: Record<string, unknown>): Promise<void> {
  const columns = Object.keys(row).join(', ');
  const previous = '(SELECT link FROM journal p WHERE p.case_id = r.case_id AND p.seq = r.seq - 1)';
  await client.query(
    `INSERT INTO journal (${columns}, digest, link)
     SELECT ${columns.replaceAll(/\w+/g, 'r.$&')}, d.digest, ${linkSql(previous, 'r', { digest: 'd.digest' })}
     FROM (SELECT ${columns} FROM jsonb_populate_record(NULL::journal, $1::jsonb)) r JOIN cases c ON c.id = r.case_id,
       LATERAL (SELECT ${digestSql('c.salt', 'r')} AS digest) d`,
    [JSON.stringify(row)],
  );
}

/** A stored answer to a keyed command; `seq` null for one that was refused. */
export async function writeAnswer(
  client: pg.Client,
  principal: string,
  key: string,
  status: number,
  caseId: string | null,
  seq: number | null,
  at: string,
): Promise<void> {
  const answer = {
    request_hash: 'h',
    status,
    body: '{}',
    headers: {},
    case_id: caseId,
    seq,
    recorded_at: at,
  };
  await insert(client, 'commands', { principal, idempotency_key: key, ...answer });
}

async function insert(
  client: pg.Client,
  table: string,
  row: Record<string, unknown>,
  onConflict = '',
): Promise<void> {
  const columns = Object.keys(row).join(', ');
  await client.query(
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_record(NULL::${table}, $1::jsonb) ${onConflict}`,
    [JSON.stringify(row)],
  );
}

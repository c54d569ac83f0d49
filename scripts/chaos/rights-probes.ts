/**
 * Looks, while a run lasts, for answers that nobody should get: what a role may not do, cases of other departments, more
 * than its own case behind a customer's link. A spot probe beside the whole matrix of the tests, for faults may open
 * what is closed in peace. Judges what was shown at the end, against the journal.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { Random } from '../fuzz/random.js';
import { DEPARTMENTS } from './deeds.js';
import { verdict, type Verdict } from './judge-history.js';
import type { LoadOptions } from './load.js';
import { RequestSender, type Answered } from './send-request.js';

type RightsOptions = Pick<LoadOptions, 'urls' | 'tokens' | 'seed'>;

/** What must be refused, to whom and how, by docs/rights.md. `:id` is a case. */
const FORBIDDEN: readonly (readonly [
  role: string,
  method: string,
  path: string,
  body: unknown,
  statuses: readonly number[],
])[] = [
  ['', 'GET', '/cases/:id', undefined, [401]],
  ['nobody', 'GET', '/cases/:id', undefined, [401]],
  ['nobody', 'POST', '/cases/:id/notes', { text: 'By nobody.' }, [401]],
  ['member:sales', 'GET', '/api-keys', undefined, [403]],
  ['manager', 'GET', '/api-keys', undefined, [403]],
  ['agent', 'GET', '/webhook-endpoints', undefined, [403]],
  ['service', 'POST', '/cases/:id/ownership', {}, [403]],
  ['service', 'POST', '/cases/:id/merges', { primaryCaseId: '01a2011f-9c23-7ebd-b176-000000000000' }, [403]],
  [
    'agent',
    'POST',
    '/cases/:id/assignments',
    { department: 'sales', level: 1, reason: 'By an agent.' },
    [403],
  ],
  ['agent', 'POST', '/cases/:id/acceptances', {}, [403]],
  ['manager', 'POST', '/cases/:id/hand-backs', { decision: 'By a manager.' }, [403]],
  ['member:product', 'POST', '/cases/:id/confirmations', {}, [403, 404]],
  ['lead:finance', 'POST', '/cases/:id/ownership', {}, [403, 404]],
];

/** Everything that the customer's view may hold, as the document has it. */
const PUBLIC_FIELDS: ReadonlySet<string> = new Set(
  'number subject stage headline offer whoHasIt whatComesNext whatWeNeed nextUpdateDueAt solution timeline promises compensations rating canRate allowed reopeningMakesNewCase mergedInto ended locale timeZone'.split(
    ' ',
  ),
);
/** Of notes and of who wrote them: not for customers. */
const INTERNAL = /Called, nobody there|agent-\d|manager-\d|"revision"|ownerId/;

const EVERY_MS = 400;

interface Sight {
  readonly department: string;
  readonly caseId: string;
}

export class RightsProbes {
  private readonly sender = new RequestSender();
  private readonly random: Random;
  private readonly allowed: string[] = [];
  private readonly told: string[] = [];
  private readonly sights = new Map<string, Sight>();
  private readonly looks = [
    (id: string) => this.tryForbidden(id),
    (id: string) => this.lookAsMember(id),
    (id: string) => this.lookByLink(id),
  ];
  private asked = 0;
  private stopping = false;
  private running: Promise<void> = Promise.resolve();

  /** @param caseIds of cases that there are, at any moment. */
  private constructor(
    private readonly options: RightsOptions,
    private readonly caseIds: () => readonly string[],
  ) {
    this.random = new Random(options.seed, 2);
  }

  static start(options: RightsOptions, caseIds: () => readonly string[]): RightsProbes {
    const probes = new RightsProbes(options, caseIds);
    probes.running = probes.run();
    return probes;
  }

  /** @param client past every fault. */
  async stop(client: pg.ClientBase): Promise<Verdict[]> {
    this.stopping = true;
    await this.running;
    this.sender.close();
    return [
      verdict('I14', 'what a role may not do is refused', this.allowed),
      verdict('I15', 'no department is shown a case that never was its own', await this.strangers(client)),
      verdict('I15', 'a link shows its own case, and what is the customer’s to know', this.told),
    ];
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const ids = this.caseIds();
      if (ids.length > 0) {
        const id = this.random.pick(ids);
        await this.random.pick(this.looks)(id);
      }
      await pause(EVERY_MS * (0.5 + this.random.fraction()));
    }
  }

  private async tryForbidden(id: string): Promise<void> {
    const [role, method, path, body, statuses] = this.random.pick(FORBIDDEN);
    const { status } = await this.ask(role, method, path.replace(':id', id), body);
    // A limit, or a failure, says nothing either way.
    if (status === null || status >= 500 || status === 429 || statuses.includes(status)) return;
    this.allowed.push(`${role || 'nobody'} ${method} ${path}: ${status}`);
  }

  private async lookAsMember(id: string): Promise<void> {
    const department = this.random.pick(DEPARTMENTS);
    const one = await this.ask(`member:${department}`, 'GET', `/cases/${id}`);
    if (one.status === 200) this.see(department, id);
    const list = await this.ask(`member:${department}`, 'GET', '/cases?limit=100');
    if (list.status !== 200) return;
    for (const { id: shown } of (list.body?.['data'] ?? []) as { id: string }[]) this.see(department, shown);
  }

  private async lookByLink(id: string): Promise<void> {
    const { status, body } = await this.ask('manager', 'GET', `/cases/${id}`);
    const url = body?.['statusUrl'];
    if (status !== 200 || typeof url !== 'string') return;
    const shown = await this.ask('', 'GET', `/status/${url.slice(url.lastIndexOf('/') + 1)}`);
    if (shown.status !== 200 || shown.body === null) return;
    const beyond = Object.keys(shown.body).filter((field) => !PUBLIC_FIELDS.has(field));
    if (shown.body['number'] !== body?.['number'] || beyond.length > 0 || INTERNAL.test(shown.text))
      this.told.push(`${id}: ${beyond.join(', ')} ${INTERNAL.exec(shown.text)?.[0] ?? ''}`);
  }

  private see(department: string, caseId: string): void {
    this.sights.set(`${department} ${caseId}`, { department, caseId });
  }

  private ask(role: string, method: string, path: string, body?: unknown): Promise<Answered> {
    const { urls, tokens, seed } = this.options;
    this.asked += 1;
    return this.sender.send(urls[this.asked % urls.length] ?? '', {
      method,
      path: `/api/v1${path}`,
      body,
      token: role === '' ? '' : (tokens[role] ?? 'cew_agent_nobody'),
      // An entry under such a key was asked for by nobody who may, and the judge of the history says so.
      key: method === 'GET' ? '' : `chaos-probe-${seed}-${this.asked}`,
      ifMatch: null,
    });
  }

  /** By the tasks that departments had and by who was asked in the journal, not by what the product searches by. */
  private async strangers(client: pg.ClientBase): Promise<string[]> {
    const sights = [...this.sights.values()];
    const found = await client.query(
      `SELECT s.department || ' saw ' || s.case_id AS detail
       FROM unnest($1::text[], $2::uuid[]) AS s (department, case_id)
       WHERE NOT EXISTS (SELECT FROM tasks t WHERE t.case_id = s.case_id AND t.department = s.department)
         AND NOT EXISTS (SELECT FROM journal j WHERE j.case_id = s.case_id AND j.data->>'department' = s.department)`,
      [sights.map(({ department }) => department), sights.map(({ caseId }) => caseId)],
    );
    return (found.rows as { detail: string }[]).map(({ detail }) => detail);
  }
}

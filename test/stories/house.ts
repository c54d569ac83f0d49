/**
 * The words in which the stories are told: the people of a house, its customers, and the steps that each of them takes
 * over HTTP. A step that the product does not take throws `Refused` with the name of the "no", so that a story never
 * goes on from somewhere else. One house per story, on a clock that only the story moves.
 */
import pg from 'pg';
import { runAudit } from '../../scripts/audit/run-audit.js';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { ApiKeys } from '../../src/identity/api-keys.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import { clientOf, type Client } from '../support/client.js';

/** What the API answered, as a client reads it. */
type Seen = Answer['body'];

export type DepartmentKey = 'sales' | 'product' | 'logistics' | 'finance';
const DEPARTMENTS: readonly DepartmentKey[] = ['sales', 'product', 'logistics', 'finance'];

/** One case as everybody in a story speaks of it: its id, and the token in its customer's link. */
export interface CaseFile {
  readonly id: string;
  readonly token: string;
}

/** The product said no. `code` is the rule's name; 404 has `not-found`. */
export class Refused extends Error {
  constructor(
    readonly step: string,
    readonly status: number,
    readonly code: string,
    readonly answer: Seen,
  ) {
    super(`${step}: ${status} ${JSON.stringify(answer)}`);
  }
}

/** For `rejects.toMatchObject`: the machine refuses by this rule. */
export const refusedBy = (code: string) => ({ status: 409, code });
/** For `rejects.toMatchObject`: it does not exist for whoever asks. */
export const HIDDEN = { status: 404, code: 'not-found' };

const on = (date: string) => (time: string) => `${date}T${time}:00.000Z`;
/** Instants of the week in which all stories play; the house is open from 09:00 to 18:00, UTC. */
export const monday = on('2026-03-02');
export const tuesday = on('2026-03-03');
export const wednesday = on('2026-03-04');
export const thursday = on('2026-03-05');
export const friday = on('2026-03-06');

const EVERYDAY = {
  category: 'delivery',
  channel: 'phone',
  impact: 'medium',
  urgency: 'medium',
};

function accepted(step: string, { status, body }: Answer): Seen {
  if (status >= 200 && status < 300) return body;
  throw new Refused(step, status, String(body?.code ?? status), body);
}

/** Somebody of the house. Every step answers with the case as that person then sees it. */
export class Person {
  constructor(
    readonly client: Client,
    readonly department: DepartmentKey | null,
  ) {}

  /** Takes an issue in, in the customer's words. */
  async opens(story: object): Promise<CaseFile> {
    const { id, statusUrl } = accepted('opens', await this.client.post('/cases', { ...EVERYDAY, ...story }));
    return { id, token: String(statusUrl).split('/').at(-1) ?? '' };
  }

  async does(file: CaseFile, path: string, body: object = {}): Promise<Seen> {
    return accepted(path, await this.client.post(`/cases/${file.id}/${path}`, body));
  }

  /** @param kind of the task, such as `handle`, or its key, such as `consult-2` */
  async acts(file: CaseFile, kind: string, verb: string, body: object = {}): Promise<Seen> {
    const task = await this.task(file, kind);
    return accepted(`${verb} of ${kind}`, await this.client.post(`/tasks/${task.id}/${verb}`, body));
  }

  async reads(file: CaseFile): Promise<Seen> {
    return accepted('reads', await this.client.get(`/cases/${file.id}`));
  }

  async asks(path: string): Promise<Seen> {
    return accepted(path, await this.client.get(path));
  }

  /** Of the case, what is still to be done and this person may see. */
  async inboxOf(file: CaseFile, filter = ''): Promise<Seen[]> {
    const { data } = await this.asks(`/tasks?limit=100${filter}`);
    return (data as Seen[]).filter(({ caseId }) => caseId === file.id);
  }

  /** Of the case, what is this person's own to do. */
  async own(file: CaseFile): Promise<Seen[]> {
    return this.inboxOf(file, '&assignee=me');
  }

  async task(file: CaseFile, kind: string): Promise<Seen> {
    const tasks = await this.inboxOf(file);
    const found = tasks.find((task) => task.key === kind) ?? tasks.find((task) => task.kind === kind);
    if (found) return found;
    throw new Refused(
      kind,
      404,
      'not-found',
      tasks.map(({ key }) => key),
    );
  }

  // The way of the case.
  takes = (file: CaseFile) => this.does(file, 'ownership');
  escalates = (file: CaseFile, department: DepartmentKey, packet: object = {}) =>
    this.does(file, 'escalations', {
      department,
      purpose: 'Find out what happened',
      expectedOutcome: 'A solution that we can offer',
      evidence: ['What the customer wrote'],
      ...packet,
    });
  accepts = (file: CaseFile, kind = 'handle') => this.acts(file, kind, 'acceptance');
  returns = (file: CaseFile, reason: string, body: object = {}) =>
    this.acts(file, 'handle', 'return', { reason, comment: 'See the file', ...body });
  resolves = (file: CaseFile, solution: string, rootCause = 'Found') =>
    this.does(file, 'resolutions', { solution, rootCause });
  decides = (file: CaseFile, decision: string, solution: string, reasons: string) =>
    this.does(file, 'decisions', { decision, solution, reasons });
  says = (file: CaseFile, text: string) => this.does(file, 'messages', { text });

  // Working together.
  consults = (file: CaseFile, department: DepartmentKey, question: string, body: object = {}) =>
    this.does(file, 'consults', { department, question, ...body });
  answers = (file: CaseFile, answer: string, kind = 'consult') => this.acts(file, kind, 'answer', { answer });
  declines = (file: CaseFile, reason: string, kind = 'consult') =>
    this.acts(file, kind, 'return', { reason });
  proposes = (
    file: CaseFile,
    text: string,
    departments: readonly DepartmentKey[],
    actions: readonly object[],
  ) => this.does(file, 'proposals', { text, departments, actions });
  agrees = (file: CaseFile, n: number, comment: string | null = null) =>
    this.does(file, `proposals/${n}/agreement`, { comment });
  objects = (file: CaseFile, n: number, reason: string) =>
    this.does(file, `proposals/${n}/objection`, { reason });
  completes = (file: CaseFile, key: string, outcome: string) =>
    this.acts(file, key, 'completion', { outcome });
  assigns = (file: CaseFile, key: string, assigneeId: string | null, reason: string) =>
    this.acts(file, key, 'assignment', { assigneeId, reason });

  asksCustomer = (file: CaseFile, question: string) => this.does(file, 'questions', { question });

  // Promises and money.
  promises = (file: CaseFile, text: string, dueAt: string, body: object = {}) =>
    this.does(file, 'promises', { text, dueAt, ...body });
  fulfils = (file: CaseFile, n: number) => this.does(file, `promises/${n}/fulfilment`);
  renegotiates = (file: CaseFile, n: number, dueAt: string, reason: string) =>
    this.does(file, `promises/${n}/renegotiation`, { dueAt, reason });
  offers = (file: CaseFile, amount: string, description: string, reason: string) =>
    this.does(file, 'compensations', { kind: 'refund', amount, description, reason });
  approves = (file: CaseFile, n: number, comment: string | null = null) =>
    this.does(file, `compensations/${n}/approval`, { comment });
  pays = (file: CaseFile, n: number, reference: string) =>
    this.does(file, `compensations/${n}/execution`, { reference });
}

/** The customer, who has nothing but the link. */
export class Customer {
  constructor(
    private readonly client: Client,
    private readonly file: CaseFile,
  ) {}

  /** The status page as JSON. */
  async page(): Promise<Seen> {
    return accepted('page', await this.client.get(`/status/${this.file.token}`));
  }

  /** What the page says has happened, oldest first. */
  async timeline(): Promise<string[]> {
    const { timeline } = await this.page();
    return (timeline as Seen[]).map(({ text }) => plain(text));
  }

  async does(deed: string, body: object = {}): Promise<Seen> {
    return accepted(deed, await this.client.post(`/status/${this.file.token}/${deed}`, body));
  }

  writes = (text: string) => this.does('replies', { text });
  confirms = () => this.does('confirmation');
  withdraws = (reason: string) => this.does('withdrawal', { reason });
  rates = (score: number, comment: string) => this.does('rating', { score, comment });
}

/** Without the marks that keep names of either direction apart. */
function plain(text: string): string {
  return text.replace(/[\u2066-\u2069]/g, '');
}

export class House {
  readonly agent: Person;
  /** Another agent, who answers for other cases. */
  readonly colleague: Person;
  readonly manager: Person;
  readonly admin: Person;
  readonly sales: Person;
  readonly product: Person;
  readonly logistics: Person;
  readonly finance: Person;

  private constructor(private readonly app: TestApp) {
    const person = (name: TokenName, department: DepartmentKey | null = null) =>
      new Person(app.api(name), department);
    this.agent = person('agent');
    this.colleague = person('agent2');
    this.manager = person('manager');
    this.admin = person('admin');
    this.sales = person('member:sales', 'sales');
    this.product = person('member:product', 'product');
    this.logistics = person('member:logistics', 'logistics');
    this.finance = person('member:finance', 'finance');
  }

  /**
   * On Monday at nine. Each department has a lead, `<department>-lead`, and a deputy, `<department>-2`.
   * @param env further settings
   */
  static async opens(env: Readonly<Record<string, string>> = {}): Promise<House> {
    const app = await startTestApp({ clockStart: monday('09:00'), env });
    const house = new House(app);
    try {
      for (const key of DEPARTMENTS) await house.names(key);
      return house;
    } catch (error) {
      await app.close();
      throw error;
    }
  }

  /** Who leads the department, and who stands in. */
  private async names(key: DepartmentKey): Promise<void> {
    const { publicName, answersFor, calendar, ola } = await this.admin.asks(`/departments/${key}`);
    const people = { lead: `${key}-lead`, deputies: [`${key}-2`] };
    await this.publishes(`departments/${key}`, { publicName, answersFor, calendar, ola, ...people });
  }

  async publishes(path: string, body: object): Promise<void> {
    accepted(path, await this.admin.client.put(`/${path}`, body));
  }

  lead(department: DepartmentKey): Person {
    return new Person(this.app.api(`lead:${department}`), department);
  }

  async deputy(department: DepartmentKey): Promise<Person> {
    const holder = { staffId: `${department}-2`, role: 'member', name: 'deputy', expiresAt: null } as const;
    const { key } = await this.app.get(ApiKeys).issue(holder);
    return new Person(clientOf(this.app.url, key), department);
  }

  customer(file: CaseFile): Customer {
    return new Customer(this.app.api(null), file);
  }

  /** Time passes; whatever is due by then has been done when it returns. */
  async clockReaches(at: string): Promise<void> {
    accepted(`clock reaches ${at}`, await this.app.moveClockTo(at));
  }

  /** Names of the journal's entries, in order. */
  async journal(file: CaseFile): Promise<string[]> {
    return (await this.entries(file)).map(({ type }) => type);
  }

  /** The journal as managers read it. */
  async entries(file: CaseFile): Promise<Seen[]> {
    return (await this.manager.asks(`/cases/${file.id}/journal?limit=100`)).data;
  }

  /**
   * What the customer was told, in order, by the keys of the texts. Of every step the ledger must say either how it was
   * told, and that it was, or why not; and the customer's page must tell the same steps.
   */
  async told(file: CaseFile): Promise<string[]> {
    const rows: Seen[] = (await this.manager.asks(`/cases/${file.id}/ledger?limit=100`)).data;
    const unaccounted = rows.filter(({ silence, covered }) => (silence === null) === (covered.length === 0));
    const told = rows.flatMap(({ seq, covered }) =>
      (covered as Seen[])
        .filter(({ channel }) => channel === 'page')
        .map(({ status, message }) => ({ seq, status, message })),
    );
    const undelivered = told.filter(({ status }) => status !== 'delivered');
    const { timeline } = await this.customer(file).page();
    const onPage = (timeline as Seen[]).map(({ seq }) => seq);
    const agree = onPage.join() === told.map(({ seq }) => seq).join();
    if (unaccounted.length > 0 || undelivered.length > 0 || !agree) {
      throw new Error(
        `ledger and page differ: ${JSON.stringify({ unaccounted, undelivered, onPage, rows })}`,
      );
    }
    return told.map(({ message }) => String(message).replace('case.', ''));
  }

  /** Steps of which a customer should have heard and has not, as the manager's report counts them. */
  async silentSteps(): Promise<number> {
    return (await this.manager.asks('/reports/silent-transitions?period=month')).count;
  }

  /** Promises of the product that the database breaks; none, when all is well. */
  async faults(): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: this.app.databaseUrl });
    await client.connect();
    try {
      const quiet = { check: () => {}, folded: () => {}, timed: () => {} };
      const { checks, cases } = await runAudit(client, quiet);
      return cases === 0 ? ['no case was looked at'] : checks.filter(({ violations }) => violations > 0);
    } finally {
      await client.end();
    }
  }

  async closes(): Promise<void> {
    await this.app.close();
  }
}

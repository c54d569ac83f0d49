/**
 * Slips that somebody might make, to be planted in a copy of the built product as a proof that the checker sees them.
 * Each replaces exact texts of the built files. What plants them is in `plant-mutant.ts`.
 */

export interface Edit {
  /** Below `dist/`. */
  readonly file: string;
  /** Occurs once in it. */
  readonly from: string;
  readonly to: string;
}

export interface Mutant {
  readonly name: string;
  /** What somebody got wrong. */
  readonly about: string;
  readonly edits: readonly Edit[];
  /** The faults under which it shows; absent: a few that hurt. */
  readonly faults?: readonly string[];
  /** The invariants that it breaks; absent: any but those of health and resources, which a busy machine breaks too. */
  readonly shows?: readonly string[];
}

const COMMIT = 'engine/commit-sql.js';
const RUNNER = 'engine/command-runner.js';
const CLAIMS = 'delivery/outbound/notification-claims.js';
const QUEUE = 'delivery/outbound/notification-queue.js';
const ENDPOINTS = 'delivery/endpoints';

const edit = (file: string, from: string, to: string): Edit => ({ file, from, to });
const one = (
  name: string,
  about: string,
  file: string,
  from: string,
  to: string,
  faults?: readonly string[],
): Mutant => {
  return { name, about, edits: [edit(file, from, to)], faults };
};

const KEYS_NOT_KEPT: readonly Edit[] = [
  edit(COMMIT, 'FROM candidate WHERE key IS NOT NULL ORDER BY principal, key', 'FROM candidate WHERE false'),
  edit(COMMIT, 'WHERE key IS NULL OR id IN (SELECT case_id FROM keyed)', 'WHERE true'),
];
const SHORT_LEASE: readonly Edit[] = [
  edit(CLAIMS, 'LEASE_MS = 90_000', 'LEASE_MS = 700'),
  edit(QUEUE, 'STILL_OURS_MS = LEASE_MS - GIVE_UP_MS - 10_000', 'STILL_OURS_MS = 60_000'),
];
const SLOW_MAIL = ['mail-slow', 'kill-node'];

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'commit-without-compare',
    about: 'the commit does not compare the revision, and overlooks that an entry is there',
    edits: [
      edit(COMMIT, 'ON c.id = a.id AND c.revision = a.expected\n  ORDER BY', 'ON c.id = a.id\n  ORDER BY'),
      edit(
        COMMIT,
        'CROSS JOIN LATERAL (SELECT ${DIGEST} AS digest OFFSET 0) d\n',
        'CROSS JOIN LATERAL (SELECT ${DIGEST} AS digest OFFSET 0) d ON CONFLICT DO NOTHING\n',
      ),
    ],
  },
  { name: 'key-not-kept', about: 'the answer is not kept under its key', edits: KEYS_NOT_KEPT },
  {
    name: 'key-kept-apart',
    about: 'the key is kept after the commit, in a statement of its own',
    edits: [
      ...KEYS_NOT_KEPT,
      edit(
        RUNNER,
        "return outcome === 'done' ? done : null;",
        "if (outcome === 'done') setTimeout(() => void keepRefusal(this.pool, this.now, request, addressed.result.case.id, done.answer).catch(() => null), 20); return outcome === 'done' ? done : null;",
      ),
    ],
  },
  one(
    'answer-before-commit',
    'the client hears of success before the commit',
    RUNNER,
    'rest.length === 0 ? await this.committer.commit(first) :',
    "rest.length === 0 ? (this.committer.commit(first).catch(() => null), 'done') :",
  ),
  one(
    'lost-race-acknowledged',
    'a commit that lost its race counts as done',
    'engine/commit.js',
    "outcomes.get(accepted.case.id) ?? 'stale')",
    "(outcomes.get(accepted.case.id), 'done'))",
  ),
  one(
    'taken-key-acknowledged',
    'a commit whose key was taken counts as done',
    RUNNER,
    "return outcome === 'done' ? done : null;",
    "return outcome === 'stale' ? null : done;",
  ),
  one(
    'failure-acknowledged',
    'a commit of which nobody knows counts as done',
    'engine/commit.js',
    'if (attempt === TRIES || !isWorthRetrying(error)) throw error;',
    "if (attempt === TRIES || !isWorthRetrying(error)) return 'done';",
    ['restart-postgres', 'reset', 'terminate-all'],
  ),
  one(
    'replay-renders-anew',
    'the kept answer is not given again: the case is shown as it is now',
    RUNNER,
    'answer: kept.answer\n',
    'answer: current ? toStoredAnswer(request.render(current)) : kept.answer\n',
  ),
  one(
    'keys-of-everybody',
    'a key of one principal is found by another',
    'engine/case-reader.js',
    'ON k.principal = asked.principal AND k.idempotency_key = asked.key',
    'ON k.idempotency_key = asked.key',
  ),
  one(
    'request-not-compared',
    'another request under a used key gets the answer of the first',
    RUNNER,
    "return kept.requestHash === (request.requestHash ?? '') ? {",
    'return kept ? {',
  ),
  one(
    'if-match-ignored',
    'If-Match is not looked at',
    RUNNER,
    'request.ifMatch !== null && request.ifMatch !== current.revision',
    'false',
  ),
  one(
    'journal-row-dropped',
    'one type of entry is not written',
    COMMIT,
    'SELECT ${DIGEST} AS digest OFFSET 0) d\n',
    "SELECT ${DIGEST} AS digest OFFSET 0) d WHERE r.type <> 'case.noted'\n",
  ),
  one(
    'revision-skipped',
    'a message to the customer skips a revision',
    'domain/step.js',
    'revision: current.revision + 1,',
    "revision: current.revision + (event.type === 'case.message' ? 2 : 1),",
  ),
  one(
    'chained-to-the-wrong-entry',
    'the chain leaves out an entry',
    COMMIT,
    'p.seq = g.seq - 1)',
    'p.seq = g.seq - 2)',
  ),
  one(
    'record-written-again',
    'every level is recorded with every step',
    'engine/case-write.js',
    'levels.filter((level)=>!known.has(level))',
    'levels',
  ),
  one(
    'record-forgotten',
    'a climb to level 2 leaves no record',
    'engine/case-write.js',
    'levels.filter((level)=>!known.has(level))',
    'levels.filter((level)=>!known.has(level) && level !== 2)',
  ),
  one(
    'level-told-wrongly',
    'the journal says level 2 after a case was handed back to level 1',
    'engine/case-write.js',
    'level_after: entry.level,',
    "level_after: entry.type === 'case.handedBack' ? 2 : entry.level,",
  ),
  one(
    'task-never-closed',
    'a task that was done stays open',
    COMMIT,
    'state = EXCLUDED.state, due_at',
    'due_at',
  ),
  one('next-due-forgotten', 'the due loop is not told of a new deadline', COMMIT, "    'next_due_at',\n", ''),
  {
    name: 'due-claimed-early',
    about: 'deadlines fire two seconds before they are due',
    edits: [
      edit(
        'engine/due-cases.js',
        'text: `SELECT ${this.now} AS now, ${CASE_COLUMNS} FROM cases',
        "text: `SELECT ${this.now} + interval '2 seconds' AS now, ${CASE_COLUMNS} FROM cases",
      ),
      edit(
        'engine/due-cases.js',
        'WHERE next_due_at <= ${this.now} AND',
        "WHERE next_due_at <= ${this.now} + interval '2 seconds' AND",
      ),
    ],
  },
  one(
    'breach-stamped-now',
    'a breach is stamped a second after it was due',
    'domain/clocks/clock-record.js',
    'breachedAt: clock.dueAt,',
    'breachedAt: clock.dueAt + 1000,',
  ),
  one(
    'no-listening-again',
    'a connection that listens and is lost is not made again',
    'engine/wake-channel.js',
    'while(!this.stopping){',
    'if (!this.stopping) {',
    ['terminate-listen'],
  ),
  one(
    'intent-dropped',
    'an escalation is told nobody by mail',
    'engine/intents.js',
    'update === null ? []',
    "update === null || entry.type === 'case.escalated' ? []",
  ),
  one(
    'invisible-by-mistake',
    'an acceptance is not marked as the customer’s to know',
    'engine/case-write.js',
    'customer_visible: entry.customerVisible',
    "customer_visible: entry.customerVisible && entry.type !== 'case.accepted'",
  ),
  {
    name: 'covers-what-may-have-arrived',
    about: 'a message that may have arrived is covered by a newer one',
    edits: [
      edit(
        CLAIMS,
        'coalesce(min(m.seq) FILTER (WHERE m.in_doubt), max(m.seq)) AS carrier',
        'max(m.seq) AS carrier',
      ),
      edit(CLAIMS, 'n.seq < c.seq AND NOT c.doubted', 'n.seq < c.seq'),
      edit(
        CLAIMS,
        'AND NOT ${isHeldBack(now)}\n    ORDER BY n.next_attempt_at, n.case_id OFFSET 0',
        'ORDER BY n.next_attempt_at, n.case_id OFFSET 0',
      ),
    ],
    faults: ['mail-forgetful'],
  },
  one(
    'new-id-for-each-try',
    'a mail that is sent again has another id',
    'delivery/mail/compose-mail.js',
    'messageIdOf(message.dedupeKey,',
    'messageIdOf(message.dedupeKey + message.now,',
    ['mail-forgetful'],
  ),
  one(
    'refused-counts-as-sent',
    'a mail that was refused counts as delivered',
    'delivery/mail/smtp-channel.js',
    'return sendResultOf(error, wasHandedOver);',
    "return { kind: 'delivered', code: '250', messageId: mail.messageId };",
    ['mail-refusing'],
  ),
  one(
    'perhaps-counts-as-no',
    'a mail that may have arrived counts as one that did not',
    'delivery/mail/smtp-answer.js',
    "wasHandedOver ? 'perhaps' : 'no'",
    "'no'",
    ['mail-forgetful'],
  ),
  {
    name: 'lease-too-short',
    about: 'a lease that ends while its mail is under way',
    edits: SHORT_LEASE,
    faults: SLOW_MAIL,
  },
  {
    name: 'lease-without-fence',
    about: 'whoever lost a lease writes down its end all the same',
    edits: [
      ...SHORT_LEASE,
      edit(CLAIMS, "AND n.status = 'pending'\n    AND n.attempts = t.attempt", "AND n.status = 'pending'"),
    ],
    faults: SLOW_MAIL,
  },
  one(
    'webhook-out-of-turn',
    'an entry is sent to an endpoint although one before it is pending',
    `${ENDPOINTS}/claim-sql.js`,
    'first.seq = l.seq AS turn',
    'true AS turn',
    ['hook-refusing'],
  ),
  one(
    'webhook-with-another-id',
    'a webhook that is sent again has another id',
    `${ENDPOINTS}/standard-webhook.js`,
    '${endpointId}`).digest',
    '${endpointId}.${Date.now()}`).digest',
  ),
  one(
    'refused-webhook-counts-as-sent',
    'a webhook that was refused counts as delivered',
    `${ENDPOINTS}/verdict.js`,
    'status < 200 || status > 299',
    'status < 200',
    ['hook-refusing'],
  ),
  one(
    'webhook-signed-by-another',
    'a webhook is signed without its id',
    `${ENDPOINTS}/standard-webhook.js`,
    'sign(id, new Date',
    "sign('msg', new Date",
  ),
  one(
    'endpoint-forgotten',
    'no endpoint is told of an acceptance',
    'engine/intents.js',
    'endpoints: rules.endpointsFor(entry.type)',
    "endpoints: entry.type === 'case.accepted' ? [] : rules.endpointsFor(entry.type)",
  ),
  {
    name: 'ready-without-a-write',
    about: 'a node says that it is ready without having tried',
    edits: [edit('app/node-health.js', 'async probeWrite() {', 'async probeWrite() { if (1) return;')],
    faults: ['read-only', 'black-hole'],
    shows: ['I21'],
  },
  {
    name: 'department-sees-everything',
    about: 'a department is shown the cases of all',
    edits: [edit('domain/visibility.js', "sees: 'department',", "sees: 'everything',")],
    shows: ['I15'],
  },
  {
    name: 'role-not-asked',
    about: 'whoever has a credential may do everything',
    edits: [edit('http/auth/auth.guard.js', 'if (mayEver(actor.kind, rule.actions))', 'if (true)')],
    shows: ['I14'],
  },
];

/** @throws Error */
export function mutantNamed(name: string): Mutant {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (!found) throw new Error(`there is no planted slip "${name}": --help lists them`);
  return found;
}

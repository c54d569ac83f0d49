CREATE TABLE public.api_keys (
  id uuid NOT NULL,
  staff_id text NOT NULL,
  prefix text NOT NULL,
  secret_hash bytea NOT NULL,
  name text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  scopes text[]
);

CREATE TABLE public.attachments (
  case_id uuid NOT NULL,
  id uuid NOT NULL,
  message_id text,
  name text NOT NULL,
  media_type text NOT NULL,
  size integer NOT NULL,
  content bytea NOT NULL,
  created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.cases (
  id uuid NOT NULL,
  number text NOT NULL,
  machine_version integer NOT NULL,
  revision integer NOT NULL,
  state text NOT NULL,
  level smallint NOT NULL,
  max_level smallint NOT NULL,
  owner_id text,
  department text,
  member_id text,
  departments text[] NOT NULL,
  priority text NOT NULL,
  grade text NOT NULL,
  impact text NOT NULL,
  urgency text NOT NULL,
  cycle integer NOT NULL,
  flags text[] NOT NULL,
  breached boolean NOT NULL,
  terminal boolean NOT NULL,
  subject text NOT NULL,
  description text NOT NULL,
  expected_outcome text NOT NULL,
  category text NOT NULL,
  channel text NOT NULL,
  order_ref text,
  customer_id uuid NOT NULL,
  previous_case_id uuid,
  received_at timestamp with time zone NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  next_update_due_at timestamp with time zone,
  resolution_due_at timestamp with time zone,
  next_due_at timestamp with time zone,
  deadlines jsonb NOT NULL,
  context jsonb NOT NULL,
  salt bytea
);

CREATE TABLE public.clocks (
  case_id uuid NOT NULL,
  metric text NOT NULL,
  cycle integer NOT NULL,
  attempt integer NOT NULL,
  policy_key text NOT NULL,
  policy_version integer NOT NULL,
  calendar_key text NOT NULL,
  calendar_version integer NOT NULL,
  target_seconds bigint,
  elapsed_seconds bigint NOT NULL,
  started_at timestamp with time zone NOT NULL,
  due_at timestamp with time zone,
  breached_at timestamp with time zone,
  detected_at timestamp with time zone,
  breach_cause text,
  stopped_at timestamp with time zone NOT NULL,
  outcome text,
  spans jsonb NOT NULL
);

CREATE TABLE public.commands (
  principal text NOT NULL,
  idempotency_key text NOT NULL,
  request_hash text NOT NULL,
  status smallint NOT NULL,
  body text NOT NULL,
  headers jsonb NOT NULL,
  case_id uuid,
  seq integer,
  recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE public.configuration (
  kind text NOT NULL,
  key text NOT NULL,
  version integer NOT NULL,
  body jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL
);

CREATE TABLE public.customer_messages (
  case_id uuid NOT NULL,
  message_id text NOT NULL,
  seq integer NOT NULL
);

CREATE TABLE public.customers (
  id uuid NOT NULL,
  external_id text,
  name text NOT NULL,
  email text,
  phone text,
  locale text,
  time_zone text,
  grade text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  account text,
  preferences jsonb NOT NULL DEFAULT '{}'::jsonb,
  merged_into uuid,
  merged_at timestamp with time zone,
  merged_by text,
  merge_reason text,
  erased_at timestamp with time zone,
  erased_by text
);

CREATE TABLE public.endpoint_attempts (
  case_id uuid NOT NULL,
  seq integer NOT NULL,
  endpoint_id uuid NOT NULL,
  n integer NOT NULL,
  started_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  result text,
  code text,
  response text,
  latency_ms integer
);

CREATE TABLE public.endpoint_deliveries (
  case_id uuid NOT NULL,
  seq integer NOT NULL,
  endpoint_id uuid NOT NULL,
  type text NOT NULL,
  status text NOT NULL,
  reason text,
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamp with time zone NOT NULL,
  next_attempt_at timestamp with time zone,
  finished_at timestamp with time zone,
  attempts_before integer NOT NULL DEFAULT 0
);

CREATE TABLE public.endpoints (
  id uuid NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  url text NOT NULL,
  events text[] NOT NULL,
  active boolean NOT NULL,
  disabled_reason text,
  secret text,
  previous_secret text,
  previous_secret_until_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  locale text NOT NULL DEFAULT 'en'::text
);

CREATE TABLE public.escalations (
  case_id uuid NOT NULL,
  level smallint NOT NULL,
  department text NOT NULL,
  purpose text NOT NULL,
  expected_outcome text NOT NULL,
  by text NOT NULL,
  at timestamp with time zone NOT NULL
);

CREATE TABLE public.inbound_messages (
  message_id text NOT NULL,
  channel text NOT NULL,
  case_id uuid,
  outcome text NOT NULL,
  received_at timestamp with time zone NOT NULL,
  reason text,
  sender text
);

CREATE TABLE public.journal (
  case_id uuid NOT NULL,
  seq integer NOT NULL,
  type text NOT NULL,
  from_state text,
  to_state text NOT NULL,
  level_after smallint NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_department text,
  principal text,
  command_key text,
  occurred_at timestamp with time zone NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  machine_version integer NOT NULL,
  customer_visible boolean NOT NULL,
  silence text,
  data jsonb NOT NULL,
  digest bytea NOT NULL,
  link bytea NOT NULL
);

CREATE TABLE public.machine_versions (
  version integer NOT NULL,
  states text[] NOT NULL,
  first_started_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE public.manual_clock (
  one boolean NOT NULL DEFAULT true,
  now_at timestamp with time zone NOT NULL
);

CREATE TABLE public.notification_attempts (
  case_id uuid NOT NULL,
  seq integer NOT NULL,
  channel text NOT NULL,
  n integer NOT NULL,
  started_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  result text,
  code text,
  detail text
);

CREATE TABLE public.notifications (
  case_id uuid NOT NULL,
  seq integer NOT NULL,
  channel text NOT NULL,
  key text NOT NULL,
  params jsonb NOT NULL,
  status text NOT NULL,
  reason text,
  covered_by integer,
  dedupe_key text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  next_attempt_at timestamp with time zone,
  finished_at timestamp with time zone,
  attempts integer NOT NULL DEFAULT 0,
  message_id text,
  in_doubt boolean NOT NULL DEFAULT false,
  waived integer NOT NULL DEFAULT 0,
  resent_at timestamp with time zone[] NOT NULL DEFAULT '{}'::timestamp with time zone[]
);

CREATE TABLE public.request_rates (
  key text NOT NULL,
  free_at timestamp with time zone NOT NULL
);

CREATE TABLE public.request_windows (
  key text NOT NULL,
  uses timestamp with time zone[] NOT NULL,
  is_full boolean NOT NULL DEFAULT false,
  forget_at timestamp with time zone NOT NULL
);

CREATE TABLE public.schema_floor (
  one boolean NOT NULL DEFAULT true,
  migration text NOT NULL
);

CREATE TABLE public.secrets (
  name text NOT NULL,
  value text NOT NULL
);

CREATE TABLE public.sent_today (
  channel text NOT NULL,
  address_hash bytea NOT NULL,
  day date NOT NULL,
  sent integer NOT NULL
);

CREATE TABLE public.sessions (
  secret_hash bytea NOT NULL,
  staff_id text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  began_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone NOT NULL
);

CREATE TABLE public.staff (
  id text NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  department text,
  active boolean NOT NULL,
  created_at timestamp with time zone NOT NULL,
  email text,
  skills text[] NOT NULL DEFAULT '{}'::text[],
  shift_calendar text,
  capacity integer,
  changed_at timestamp with time zone,
  changed_by text
);

CREATE TABLE public.staff_identities (
  issuer text NOT NULL,
  subject text NOT NULL,
  staff_id text NOT NULL,
  linked_at timestamp with time zone NOT NULL
);

CREATE TABLE public.suppressions (
  channel text NOT NULL,
  address text NOT NULL,
  reason text NOT NULL,
  created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.tasks (
  case_id uuid NOT NULL,
  key text NOT NULL,
  kind text NOT NULL,
  department text,
  assignee_id text,
  state text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  due_at timestamp with time zone,
  updated_at timestamp with time zone NOT NULL,
  closed_at timestamp with time zone,
  priority text NOT NULL
);


ALTER TABLE public.api_keys ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);
ALTER TABLE public.api_keys ADD CONSTRAINT api_keys_secret_hash_key UNIQUE (secret_hash);
ALTER TABLE public.attachments ADD CONSTRAINT attachments_pkey PRIMARY KEY (case_id, id);
ALTER TABLE public.attachments ADD CONSTRAINT attachments_size_check CHECK ((size >= 0));
ALTER TABLE public.cases ADD CONSTRAINT cases_cycle_check CHECK ((cycle >= 1));
ALTER TABLE public.cases ADD CONSTRAINT cases_grade_check CHECK ((grade = ANY (ARRAY['standard'::text, 'key'::text, 'vip'::text])));
ALTER TABLE public.cases ADD CONSTRAINT cases_impact_check CHECK ((impact = ANY (ARRAY['high'::text, 'medium'::text, 'low'::text])));
ALTER TABLE public.cases ADD CONSTRAINT cases_level_fits_state CHECK ((((state !~~ 'level1.%'::text) OR (level = 1)) AND ((state !~~ 'level2.%'::text) OR (level = 2))));
ALTER TABLE public.cases ADD CONSTRAINT cases_machine_version_check CHECK ((machine_version >= 1));
ALTER TABLE public.cases ADD CONSTRAINT cases_max_level_never_below CHECK (((max_level = ANY (ARRAY[0, 1, 2])) AND (max_level >= level)));
ALTER TABLE public.cases ADD CONSTRAINT cases_nothing_due_when_ended CHECK (((NOT terminal) OR (next_due_at IS NULL)));
ALTER TABLE public.cases ADD CONSTRAINT cases_pkey PRIMARY KEY (id);
ALTER TABLE public.cases ADD CONSTRAINT cases_priority_check CHECK ((priority = ANY (ARRAY['P1'::text, 'P2'::text, 'P3'::text, 'P4'::text])));
ALTER TABLE public.cases ADD CONSTRAINT cases_revision_check CHECK ((revision >= 1));
ALTER TABLE public.cases ADD CONSTRAINT cases_state_known CHECK ((state = ANY (ARRAY['received'::text, 'frontline.working'::text, 'frontline.returned'::text, 'level1.dispatched'::text, 'level1.working'::text, 'level2.dispatched'::text, 'level2.working'::text, 'arbitration'::text, 'waiting'::text, 'resolved'::text, 'closed'::text, 'withdrawn'::text, 'merged'::text])));
ALTER TABLE public.cases ADD CONSTRAINT cases_two_levels_at_most CHECK ((level = ANY (ARRAY[0, 1, 2])));
ALTER TABLE public.cases ADD CONSTRAINT cases_urgency_check CHECK ((urgency = ANY (ARRAY['high'::text, 'medium'::text, 'low'::text])));
ALTER TABLE public.clocks ADD CONSTRAINT clocks_outcome_check CHECK ((outcome = ANY (ARRAY['met'::text, 'breached'::text, 'cancelled'::text])));
ALTER TABLE public.clocks ADD CONSTRAINT clocks_pkey PRIMARY KEY (case_id, metric, cycle, attempt);
ALTER TABLE public.commands ADD CONSTRAINT commands_pkey PRIMARY KEY (principal, idempotency_key);
ALTER TABLE public.configuration ADD CONSTRAINT configuration_kind_known CHECK ((kind = ANY (ARRAY['department'::text, 'playbook'::text, 'lifecyclePolicy'::text, 'calendar'::text, 'slaPolicy'::text, 'deliveryPolicy'::text, 'template'::text, 'routingRules'::text, 'compensationPolicy'::text, 'retentionPolicy'::text])));
ALTER TABLE public.configuration ADD CONSTRAINT configuration_pkey PRIMARY KEY (kind, key, version);
ALTER TABLE public.configuration ADD CONSTRAINT configuration_version_check CHECK ((version >= 1));
ALTER TABLE public.customer_messages ADD CONSTRAINT customer_messages_pkey PRIMARY KEY (case_id, message_id);
ALTER TABLE public.customers ADD CONSTRAINT customers_external_id_key UNIQUE (external_id);
ALTER TABLE public.customers ADD CONSTRAINT customers_grade_check CHECK ((grade = ANY (ARRAY['standard'::text, 'key'::text, 'vip'::text])));
ALTER TABLE public.customers ADD CONSTRAINT customers_merge_is_on_record CHECK ((((merged_into IS NULL) = (merged_at IS NULL)) AND ((merged_into IS NULL) = (merged_by IS NULL)) AND ((merged_into IS NULL) = (merge_reason IS NULL))));
ALTER TABLE public.customers ADD CONSTRAINT customers_merged_into_another CHECK ((merged_into <> id));
ALTER TABLE public.customers ADD CONSTRAINT customers_pkey PRIMARY KEY (id);
ALTER TABLE public.endpoint_attempts ADD CONSTRAINT endpoint_attempts_n_check CHECK ((n >= 1));
ALTER TABLE public.endpoint_attempts ADD CONSTRAINT endpoint_attempts_pkey PRIMARY KEY (case_id, seq, endpoint_id, n);
ALTER TABLE public.endpoint_deliveries ADD CONSTRAINT endpoint_deliveries_finished_or_due CHECK ((((status = 'pending'::text) = (finished_at IS NULL)) AND ((status = 'pending'::text) = (next_attempt_at IS NOT NULL))));
ALTER TABLE public.endpoint_deliveries ADD CONSTRAINT endpoint_deliveries_pkey PRIMARY KEY (case_id, seq, endpoint_id);
ALTER TABLE public.endpoint_deliveries ADD CONSTRAINT endpoint_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text, 'cancelled'::text])));
ALTER TABLE public.endpoints ADD CONSTRAINT endpoints_kind_check CHECK ((kind = ANY (ARRAY['webhook'::text, 'slack'::text, 'feishu'::text, 'dingtalk'::text, 'wecom'::text])));
ALTER TABLE public.endpoints ADD CONSTRAINT endpoints_locale_check CHECK ((locale = ANY (ARRAY['en'::text, 'zh-CN'::text, 'zh-TW'::text])));
ALTER TABLE public.endpoints ADD CONSTRAINT endpoints_pkey PRIMARY KEY (id);
ALTER TABLE public.escalations ADD CONSTRAINT escalations_pkey PRIMARY KEY (case_id, level);
ALTER TABLE public.escalations ADD CONSTRAINT escalations_two_levels_at_most CHECK ((level = ANY (ARRAY[1, 2])));
ALTER TABLE public.inbound_messages ADD CONSTRAINT inbound_messages_pkey PRIMARY KEY (message_id);
ALTER TABLE public.journal ADD CONSTRAINT journal_begins_at_one CHECK (((seq = 1) = (from_state IS NULL)));
ALTER TABLE public.journal ADD CONSTRAINT journal_level_after_check CHECK ((level_after = ANY (ARRAY[0, 1, 2])));
ALTER TABLE public.journal ADD CONSTRAINT journal_pkey PRIMARY KEY (case_id, seq);
ALTER TABLE public.journal ADD CONSTRAINT journal_seq_check CHECK ((seq >= 1));
ALTER TABLE public.journal ADD CONSTRAINT journal_silence_has_a_reason CHECK ((customer_visible = (silence IS NULL)));
ALTER TABLE public.machine_versions ADD CONSTRAINT machine_versions_pkey PRIMARY KEY (version);
ALTER TABLE public.machine_versions ADD CONSTRAINT machine_versions_version_check CHECK ((version >= 1));
ALTER TABLE public.manual_clock ADD CONSTRAINT manual_clock_one_check CHECK (one);
ALTER TABLE public.manual_clock ADD CONSTRAINT manual_clock_pkey PRIMARY KEY (one);
ALTER TABLE public.notification_attempts ADD CONSTRAINT notification_attempts_n_check CHECK ((n >= 1));
ALTER TABLE public.notification_attempts ADD CONSTRAINT notification_attempts_pkey PRIMARY KEY (case_id, seq, channel, n);
ALTER TABLE public.notifications ADD CONSTRAINT notifications_covered_by_a_later_one CHECK (((status = 'covered'::text) = (covered_by IS NOT NULL)));
ALTER TABLE public.notifications ADD CONSTRAINT notifications_finished_or_due CHECK ((((status = 'pending'::text) = (finished_at IS NULL)) AND ((status = 'pending'::text) = (next_attempt_at IS NOT NULL))));
ALTER TABLE public.notifications ADD CONSTRAINT notifications_pkey PRIMARY KEY (case_id, seq, channel);
ALTER TABLE public.notifications ADD CONSTRAINT notifications_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'suppressed'::text, 'failed'::text, 'covered'::text])));
ALTER TABLE public.request_rates ADD CONSTRAINT request_rates_pkey PRIMARY KEY (key);
ALTER TABLE public.request_windows ADD CONSTRAINT request_windows_pkey PRIMARY KEY (key);
ALTER TABLE public.schema_floor ADD CONSTRAINT schema_floor_one_check CHECK (one);
ALTER TABLE public.schema_floor ADD CONSTRAINT schema_floor_pkey PRIMARY KEY (one);
ALTER TABLE public.secrets ADD CONSTRAINT secrets_pkey PRIMARY KEY (name);
ALTER TABLE public.sent_today ADD CONSTRAINT sent_today_pkey PRIMARY KEY (channel, address_hash);
ALTER TABLE public.sessions ADD CONSTRAINT sessions_pkey PRIMARY KEY (secret_hash);
ALTER TABLE public.staff ADD CONSTRAINT staff_capacity_check CHECK ((capacity > 0));
ALTER TABLE public.staff ADD CONSTRAINT staff_department_for_members_and_leads CHECK (((role = ANY (ARRAY['member'::text, 'lead'::text])) = (department IS NOT NULL)));
ALTER TABLE public.staff ADD CONSTRAINT staff_pkey PRIMARY KEY (id);
ALTER TABLE public.staff ADD CONSTRAINT staff_role_check CHECK ((role = ANY (ARRAY['agent'::text, 'member'::text, 'lead'::text, 'manager'::text, 'admin'::text, 'service'::text])));
ALTER TABLE public.staff_identities ADD CONSTRAINT staff_identities_pkey PRIMARY KEY (issuer, subject);
ALTER TABLE public.suppressions ADD CONSTRAINT suppressions_pkey PRIMARY KEY (channel, address);
ALTER TABLE public.tasks ADD CONSTRAINT tasks_closed_when_over CHECK (((state = ANY (ARRAY['done'::text, 'cancelled'::text])) = (closed_at IS NOT NULL)));
ALTER TABLE public.tasks ADD CONSTRAINT tasks_kind_check CHECK ((kind = ANY (ARRAY['handle'::text, 'consult'::text, 'approve'::text, 'callback'::text, 'arbitrate'::text])));
ALTER TABLE public.tasks ADD CONSTRAINT tasks_pkey PRIMARY KEY (case_id, key);
ALTER TABLE public.tasks ADD CONSTRAINT tasks_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'done'::text, 'cancelled'::text])));

CREATE INDEX api_keys_staff ON public.api_keys USING btree (staff_id);
CREATE INDEX attachments_created ON public.attachments USING btree (created_at);
CREATE INDEX cases_compensated ON public.cases USING btree (category, updated_at, id) WHERE ((context -> 'compensations'::text) <> '[]'::jsonb);
CREATE INDEX cases_customer ON public.cases USING btree (customer_id, updated_at, id);
CREATE INDEX cases_department ON public.cases USING btree (department, updated_at, id) WHERE (department IS NOT NULL);
CREATE INDEX cases_departments ON public.cases USING gin (departments);
CREATE INDEX cases_due ON public.cases USING btree (next_due_at, id) WHERE (next_due_at IS NOT NULL);
CREATE INDEX cases_ended ON public.cases USING btree (updated_at, id) WHERE (terminal AND (NOT (context ? 'erasedAt'::text)));
CREATE INDEX cases_number ON public.cases USING btree (number);
CREATE INDEX cases_owned ON public.cases USING btree (owner_id) WHERE ((owner_id IS NOT NULL) AND (state <> ALL (ARRAY['resolved'::text, 'closed'::text, 'withdrawn'::text, 'merged'::text])));
CREATE INDEX cases_owner ON public.cases USING btree (owner_id, updated_at, id);
CREATE INDEX cases_updated ON public.cases USING btree (updated_at, id);
CREATE INDEX commands_case ON public.commands USING btree (case_id) WHERE ((seq IS NULL) AND (case_id IS NOT NULL));
CREATE INDEX commands_recorded ON public.commands USING btree (recorded_at);
CREATE INDEX customer_messages_by_id ON public.customer_messages USING btree (message_id);
CREATE INDEX customers_account ON public.customers USING btree (account, id) WHERE (account IS NOT NULL);
CREATE INDEX customers_email ON public.customers USING btree (lower(email)) WHERE (email IS NOT NULL);
CREATE INDEX customers_erasing ON public.customers USING btree (erased_at) WHERE ((erased_at IS NOT NULL) AND (name <> '[erased]'::text));
CREATE INDEX customers_merged ON public.customers USING btree (merged_into) WHERE (merged_into IS NOT NULL);
CREATE INDEX customers_phone ON public.customers USING btree (translate(phone, ' ()./-'::text, ''::text)) WHERE (phone IS NOT NULL);
CREATE INDEX endpoint_attempts_answered ON public.endpoint_attempts USING btree (started_at) WHERE (response IS NOT NULL);
CREATE INDEX endpoint_deliveries_due ON public.endpoint_deliveries USING btree (next_attempt_at, case_id) WHERE (status = 'pending'::text);
CREATE INDEX endpoint_deliveries_log ON public.endpoint_deliveries USING btree (endpoint_id, created_at, case_id, seq);
CREATE INDEX endpoint_deliveries_waiting ON public.endpoint_deliveries USING btree (endpoint_id, next_attempt_at, case_id, seq) WHERE (status = 'pending'::text);
CREATE INDEX inbound_messages_case ON public.inbound_messages USING btree (case_id) WHERE (case_id IS NOT NULL);
CREATE INDEX inbound_messages_received ON public.inbound_messages USING btree (received_at);
CREATE INDEX inbound_messages_sender ON public.inbound_messages USING btree (sender, received_at);
CREATE INDEX journal_recorded ON public.journal USING brin (recorded_at) WITH (autosummarize='on');
CREATE INDEX notification_attempts_detailed ON public.notification_attempts USING btree (started_at) WHERE (detail IS NOT NULL);
CREATE INDEX notifications_due ON public.notifications USING btree (next_attempt_at, case_id) WHERE (next_attempt_at IS NOT NULL);
CREATE INDEX notifications_failed ON public.notifications USING btree (finished_at, case_id, seq, channel) WHERE (status = 'failed'::text);
CREATE INDEX notifications_message_id ON public.notifications USING btree (message_id) WHERE (message_id IS NOT NULL);
CREATE INDEX notifications_waiting ON public.notifications USING btree (case_id, channel, seq) WHERE (finished_at IS NULL);
CREATE INDEX sessions_staff ON public.sessions USING btree (staff_id);
CREATE INDEX staff_identities_staff ON public.staff_identities USING btree (staff_id);
CREATE INDEX tasks_assignee ON public.tasks USING btree (assignee_id, due_at, case_id, key) WHERE ((state = ANY (ARRAY['open'::text, 'accepted'::text])) AND (assignee_id IS NOT NULL));
CREATE INDEX tasks_due ON public.tasks USING btree (due_at, case_id, key) WHERE (state = ANY (ARRAY['open'::text, 'accepted'::text]));
CREATE INDEX tasks_inbox ON public.tasks USING btree (department, due_at, case_id, key) INCLUDE (state, assignee_id, kind) WHERE (state = ANY (ARRAY['open'::text, 'accepted'::text]));

CREATE VIEW audit.attempt AS
 SELECT (((case_id || '.'::text) || seq) || '.'::text) || channel AS notification_id,
    n,
    started_at,
    ended_at,
    result,
    code
   FROM public.notification_attempts;

CREATE VIEW audit."case" AS
 SELECT id AS case_id,
    number,
    state,
    level,
    revision,
    machine_version,
    owner_id,
    department,
    cycle,
    terminal
   FROM public.cases;

CREATE VIEW audit.clock AS
 SELECT c.id AS case_id,
    k.value ->> 'metric'::text AS metric,
    (k.value ->> 'cycle'::text)::integer AS cycle,
    (k.value ->> 'attempt'::text)::integer AS attempt,
    (k.value ->> 'targetSeconds'::text)::bigint AS target_seconds,
    (k.value ->> 'elapsedSeconds'::text)::bigint AS elapsed_seconds,
    '1970-01-01 00:00:00+00'::timestamp with time zone + ((k.value ->> 'dueAt'::text)::bigint)::double precision * '00:00:00.001'::interval AS due_at,
    '1970-01-01 00:00:00+00'::timestamp with time zone + ((k.value ->> 'breachedAt'::text)::bigint)::double precision * '00:00:00.001'::interval AS breached_at,
    '1970-01-01 00:00:00+00'::timestamp with time zone + ((k.value ->> 'detectedAt'::text)::bigint)::double precision * '00:00:00.001'::interval AS detected_at,
    NULL::timestamp with time zone AS stopped_at,
    NULL::text AS outcome
   FROM public.cases c,
    LATERAL jsonb_array_elements(c.context -> 'clocks'::text) k(value)
  WHERE (k.value ->> 'stoppedAt'::text) IS NULL
UNION ALL
 SELECT clocks.case_id,
    clocks.metric,
    clocks.cycle,
    clocks.attempt,
    clocks.target_seconds,
    clocks.elapsed_seconds,
    clocks.due_at,
    clocks.breached_at,
    clocks.detected_at,
    clocks.stopped_at,
    clocks.outcome
   FROM public.clocks;

CREATE VIEW audit.clock_span AS
 SELECT c.id AS case_id,
    k.value ->> 'metric'::text AS metric,
    (k.value ->> 'cycle'::text)::integer AS cycle,
    (k.value ->> 'attempt'::text)::integer AS attempt,
    '1970-01-01 00:00:00+00'::timestamp with time zone + ((s.value ->> 'fromAt'::text)::bigint)::double precision * '00:00:00.001'::interval AS from_at,
    '1970-01-01 00:00:00+00'::timestamp with time zone + ((s.value ->> 'toAt'::text)::bigint)::double precision * '00:00:00.001'::interval AS to_at
   FROM public.cases c,
    LATERAL jsonb_array_elements(c.context -> 'clocks'::text) k(value),
    LATERAL jsonb_array_elements((k.value -> 'spans'::text) ||
        CASE
            WHEN (k.value ->> 'runningSince'::text) IS NULL THEN '[]'::jsonb
            ELSE jsonb_build_array(jsonb_build_object('fromAt', k.value -> 'runningSince'::text))
        END) s(value)
  WHERE (k.value ->> 'stoppedAt'::text) IS NULL
UNION ALL
 SELECT clocks.case_id,
    clocks.metric,
    clocks.cycle,
    clocks.attempt,
    '1970-01-01 00:00:00+00'::timestamp with time zone + ((s.value ->> 'fromAt'::text)::bigint)::double precision * '00:00:00.001'::interval AS from_at,
    '1970-01-01 00:00:00+00'::timestamp with time zone + ((s.value ->> 'toAt'::text)::bigint)::double precision * '00:00:00.001'::interval AS to_at
   FROM public.clocks,
    LATERAL jsonb_array_elements(clocks.spans) s(value);

CREATE VIEW audit.command AS
 SELECT principal,
    idempotency_key,
    request_hash,
    status,
    case_id,
    recorded_at
   FROM public.commands;

CREATE VIEW audit.deadline AS
 SELECT c.id AS case_id,
    d.value ->> 'kind'::text AS kind,
    d.value ->> 'metric'::text AS metric,
    '1970-01-01 00:00:00+00'::timestamp with time zone + ((d.value ->> 'dueAt'::text)::bigint)::double precision * '00:00:00.001'::interval AS due_at,
    NULL::timestamp with time zone AS fired_at,
    NULL::integer AS fired_seq
   FROM public.cases c,
    LATERAL jsonb_array_elements(c.deadlines) d(value)
  WHERE (d.value ->> 'metric'::text) IS NULL
UNION ALL
 SELECT c.id AS case_id,
    m.value ->> 'kind'::text AS kind,
    k.value ->> 'metric'::text AS metric,
    '1970-01-01 00:00:00+00'::timestamp with time zone + (((m.value ->> 'at'::text)::bigint) + ((m.value ->> 'kind'::text) = ANY (ARRAY['breach'::text, 'overrun'::text]))::integer)::double precision * '00:00:00.001'::interval AS due_at,
    NULL::timestamp with time zone AS fired_at,
    NULL::integer AS fired_seq
   FROM public.cases c,
    LATERAL jsonb_array_elements(c.context -> 'clocks'::text) k(value),
    LATERAL jsonb_array_elements(k.value -> 'marks'::text) m(value)
  WHERE (k.value ->> 'stoppedAt'::text) IS NULL AND NOT c.context ? 'erasedAt'::text
UNION ALL
 SELECT j.case_id,
        CASE j.type
            WHEN 'case.waitReminded'::text THEN 'waitingReminder'::text
            WHEN 'case.waitExpired'::text THEN 'waitingExpiry'::text
            WHEN 'case.holdReviewDue'::text THEN 'holdReview'::text
            WHEN 'case.confirmationReminded'::text THEN 'confirmationReminder'::text
            WHEN 'case.closedUnopposed'::text THEN 'confirmationExpiry'::text
            WHEN 'case.sealed'::text THEN 'reopenWindow'::text
            WHEN 'case.warned'::text THEN 'warning'::text
            WHEN 'case.reassured'::text THEN 'holding'::text
            WHEN 'case.breached'::text THEN
            CASE
                WHEN ((j.data ->> 'percent'::text)::numeric) > 100::numeric THEN 'overrun'::text
                ELSE 'breach'::text
            END
            ELSE j.type
        END AS kind,
    j.data ->> 'metric'::text AS metric,
    '1970-01-01 00:00:00+00'::timestamp with time zone + ((j.data ->> 'dueAt'::text)::bigint)::double precision * '00:00:00.001'::interval AS due_at,
    j.recorded_at AS fired_at,
    j.seq AS fired_seq
   FROM public.journal j
  WHERE j.actor_kind = 'system'::text AND j.data ? 'dueAt'::text;

CREATE VIEW audit.journal AS
 SELECT case_id,
    seq,
    (case_id || '.'::text) || seq AS event_id,
    type,
    from_state,
    to_state,
    level_after,
    actor_kind,
    actor_id,
    command_key,
    occurred_at,
    recorded_at,
    machine_version,
    customer_visible
   FROM public.journal;

CREATE VIEW audit.notification AS
 SELECT (((case_id || '.'::text) || seq) || '.'::text) || channel AS id,
    case_id,
    seq,
    channel,
    dedupe_key,
    status,
    reason,
    covered_by,
    created_at,
    finished_at,
    attempts
   FROM public.notifications;


CREATE OR REPLACE FUNCTION public.erase_journal(erased_case uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  blanked integer;
BEGIN
  IF NOT EXISTS (SELECT FROM public.journal WHERE case_id = erased_case AND type = 'case.erased') THEN
    RAISE EXCEPTION 'case % was not erased', erased_case USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE public.journal SET
    data = public.erased_json(data, ''),
    actor_id = CASE WHEN actor_kind = 'customer' OR actor_id ~ '^(mailto|tel):|@'
      OR principal = 'inbound' AND actor_id <> principal THEN '[erased]' ELSE actor_id END,
    principal = CASE WHEN principal ~ '^(mailto|tel):|@' THEN '[erased]' ELSE principal END,
    command_key = CASE WHEN command_key ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN command_key END
  WHERE case_id = erased_case AND type <> 'case.erased';
  GET DIAGNOSTICS blanked = ROW_COUNT;
  UPDATE public.escalations SET purpose = '[erased]', expected_outcome = '[erased]' WHERE case_id = erased_case;
  RETURN blanked;
END $function$
;

CREATE OR REPLACE FUNCTION public.erased_json(value jsonb, key text)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
  word text := value #>> '{}';
BEGIN
  CASE jsonb_typeof(value)
  WHEN 'object' THEN
    IF key NOT IN ('', 'routing', 'actions') THEN RETURN '{}'; END IF;
    RETURN (SELECT coalesce(jsonb_object_agg(m.key, erased_json(m.value, m.key)), '{}') FROM jsonb_each(value) AS m);
  WHEN 'array' THEN
    RETURN (SELECT coalesce(jsonb_agg(erased_json(m.value, key) ORDER BY m.n), '[]')
      FROM jsonb_array_elements(value) WITH ORDINALITY AS m(value, n));
  WHEN 'string' THEN
    IF key IN ('agentId', 'ownerId', 'assigneeId', 'department', 'departments', 'caseId', 'primaryCaseId',
        'secondaryCaseId', 'primaryNumber', 'primaryState', 'task', 'metric', 'flag', 'kind', 'currency', 'impact',
        'urgency', 'grade', 'rule', 'alarmed', 'decision')
        AND word ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$' AND word !~ '^(mailto|tel):'
        AND (key <> 'decision' OR word IN ('grant', 'alternative', 'refuse'))
      OR key = 'reason' AND word IN ('misrouted', 'missingInfo', 'notJustified', 'answered', 'lowRating',
        'undeliverable', 'followUp', 'salesLead')
      OR key = 'channel' AND word IN ('email', 'sms', 'phone', 'page')
    THEN RETURN value; END IF;
    RETURN '"[erased]"';
  ELSE
    RETURN value;
  END CASE;
END $function$
;

CREATE OR REPLACE FUNCTION public.journal_digest(salt bytea, actor_id text, principal text, command_key text, data jsonb)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN sha256((COALESCE(salt, '\x'::bytea) || decode(replace(((((((quote_nullable(actor_id) || ','::text) || quote_nullable(principal)) || ','::text) || quote_nullable(command_key)) || ','::text) || (data)::text), '\'::text, '\\'::text), 'escape'::text)))
;

CREATE OR REPLACE FUNCTION public.journal_link(previous bytea, case_id uuid, seq integer, type text, from_state text, to_state text, level_after smallint, actor_kind text, actor_department text, occurred_at timestamp with time zone, recorded_at timestamp with time zone, machine_version integer, customer_visible boolean, silence text, digest bytea)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN sha256((((((((((COALESCE(previous, '\x'::bytea) || uuid_send(case_id)) || int4send(seq)) || int2send(level_after)) || timestamptz_send(occurred_at)) || timestamptz_send(recorded_at)) || int4send(machine_version)) || boolsend(customer_visible)) || digest) || decode(replace(((((((((((quote_nullable(type) || ','::text) || quote_nullable(from_state)) || ','::text) || quote_nullable(to_state)) || ','::text) || quote_nullable(actor_kind)) || ','::text) || quote_nullable(actor_department)) || ','::text) || quote_nullable(silence)), '\'::text, '\\'::text), 'escape'::text)))
;


COMMENT ON VIEW audit.clock_span IS 'Half-open spans in which a clock ran; to_at is null for the one that still runs.';
COMMENT ON VIEW audit.deadline IS 'Deadlines that stand (fired_at null) and those that fired, by the entry that fired them.';
COMMENT ON COLUMN public.api_keys.prefix IS 'The readable beginning, to recognise a key by.';
COMMENT ON COLUMN public.api_keys.secret_hash IS 'SHA-256 of the whole key, which has 256 random bits; the key itself is not kept.';
COMMENT ON COLUMN public.api_keys.scopes IS 'What the key is narrowed to; NULL: it may all that its holder may.';
COMMENT ON COLUMN public.attachments.media_type IS 'As its first bytes say, not as the sender did.';
COMMENT ON TABLE public.cases IS 'One customer issue: its present state. Written by the engine alone, by compare-and-set on revision.';
COMMENT ON COLUMN public.cases.number IS 'What people call the case; derived from the id, so no sequence is needed.';
COMMENT ON COLUMN public.cases.machine_version IS 'Version of the state machine that wrote this row; a node that knows only older ones leaves it alone.';
COMMENT ON COLUMN public.cases.revision IS 'Number of the last journal entry; every write compares it.';
COMMENT ON COLUMN public.cases.level IS 'Present depth. The fourth net under the limit of two levels.';
COMMENT ON COLUMN public.cases.department IS 'Department of the present handler; null while the case lies with its owner.';
COMMENT ON COLUMN public.cases.departments IS 'Every department that has or ever had the case; decides which members may see it.';
COMMENT ON COLUMN public.cases.flags IS 'What is marked on the case now, for lists; the truth is in context.';
COMMENT ON COLUMN public.cases.terminal IS 'Nothing moves this case any more.';
COMMENT ON COLUMN public.cases.received_at IS 'When the channel received the issue; the customer''s clocks start here.';
COMMENT ON COLUMN public.cases.updated_at IS 'When the last journal entry occurred.';
COMMENT ON COLUMN public.cases.recorded_at IS 'When the last journal entry was written; keeps that time from going back across a fail-over.';
COMMENT ON COLUMN public.cases.next_due_at IS 'Earliest of deadlines; the only thing the due loop looks at.';
COMMENT ON COLUMN public.cases.deadlines IS 'Deadlines of the case itself; those of its clocks are their marks.';
COMMENT ON COLUMN public.cases.context IS 'Everything that can change, as the machine keeps it; instants in epoch ms.';
COMMENT ON COLUMN public.cases.salt IS 'Hides what the digests of the journal were made of; null once the case is erased.';
COMMENT ON TABLE public.clocks IS 'Measurements that have ended: written once, never changed. Those that run are in cases.context.';
COMMENT ON COLUMN public.clocks.target_seconds IS 'Null: measured without a target, and so without an outcome unless cancelled.';
COMMENT ON COLUMN public.clocks.spans IS 'Half-open running spans, [{fromAt, toAt}] in epoch ms.';
COMMENT ON TABLE public.commands IS 'Answers to keyed commands, written in the command''s own statement; kept at least 24 hours.';
COMMENT ON COLUMN public.commands.seq IS 'Journal entry that the command made; null when it was refused.';
COMMENT ON TABLE public.configuration IS 'Every version of every policy. A change adds a version; what runs keeps its own.';
COMMENT ON TABLE public.customer_messages IS 'Ids of inbound messages that were recorded, so that a second delivery changes nothing.';
COMMENT ON COLUMN public.customers.external_id IS 'Id of the customer in the system that they come from.';
COMMENT ON COLUMN public.customers.account IS 'The organisation that the customer belongs to, by its name in the house.';
COMMENT ON COLUMN public.customers.preferences IS 'Opt-outs by channel, quiet hours, consent.';
COMMENT ON COLUMN public.customers.merged_into IS 'The record that goes on, when two were found to be one person. Never itself merged.';
COMMENT ON COLUMN public.customers.erased_at IS 'When the person asked to be forgotten: from then on the record is not changed, nor any case opened for it.';
COMMENT ON COLUMN public.endpoint_attempts.latency_ms IS 'By a clock that runs even where the business clock is moved by hand.';
COMMENT ON TABLE public.endpoint_deliveries IS 'A journal entry that an endpoint is to hear of, written with the entry.';
COMMENT ON COLUMN public.endpoint_deliveries.next_attempt_at IS 'When to try next; while an attempt is under way, when its lease ends.';
COMMENT ON COLUMN public.endpoint_deliveries.attempts_before IS 'Attempts up to the last resend by hand: the schedule of retries counts from there.';
COMMENT ON TABLE public.endpoints IS 'Systems and chat rooms of the house that are told of case events.';
COMMENT ON COLUMN public.endpoints.events IS 'Journal types; empty: all.';
COMMENT ON COLUMN public.endpoints.secret IS 'Null: a chat robot that checks none.';
COMMENT ON COLUMN public.endpoints.previous_secret IS 'Signs beside the new one until its end, so that a receiver can rotate in peace.';
COMMENT ON TABLE public.escalations IS 'The record of each climb: at most one per case and level, whatever the code above believes.';
COMMENT ON TABLE public.inbound_messages IS 'Ids of messages that came in and what became of each, so that a second arrival changes nothing.';
COMMENT ON COLUMN public.inbound_messages.reason IS 'Why nothing came of it; null when something did.';
COMMENT ON COLUMN public.inbound_messages.sender IS 'Hash of the channel and the sender''s address: enough to count, too little to know.';
COMMENT ON TABLE public.journal IS 'Append-only record of accepted events. The application''s role may insert and read, nothing else.';
COMMENT ON COLUMN public.journal.seq IS '1, 2, 3, … without gaps within a case; the case''s revision after the event.';
COMMENT ON COLUMN public.journal.principal IS 'Who authenticated, where that is not the actor alone; null when time acted.';
COMMENT ON COLUMN public.journal.command_key IS 'Idempotency key of the command; on one entry at most.';
COMMENT ON COLUMN public.journal.occurred_at IS 'When it happened: the database''s clock, or the message time of a customer''s reply.';
COMMENT ON COLUMN public.journal.recorded_at IS 'When it was written; never goes back within a case.';
COMMENT ON COLUMN public.journal.silence IS 'Why the customer is not told of this entry.';
COMMENT ON COLUMN public.journal.data IS 'The event''s payload: enough to fold the case again. Internal.';
COMMENT ON COLUMN public.journal.digest IS 'journal_digest of actor, principal, command key and data, as they were written.';
COMMENT ON COLUMN public.journal.link IS 'journal_link of this entry and the one before it.';
COMMENT ON TABLE public.machine_versions IS 'Versions of the state machine that may have written cases here, and the states that each knows.';
COMMENT ON TABLE public.manual_clock IS 'The present instant when CLOCK=manual; at most one row.';
COMMENT ON TABLE public.notification_attempts IS 'Each try to deliver a notification. Without ended_at: interrupted, so it may have arrived.';
COMMENT ON TABLE public.notifications IS 'What the customer is told of a transition, one row per channel, written with it.';
COMMENT ON COLUMN public.notifications.key IS 'Key of the text in each language''s catalogue.';
COMMENT ON COLUMN public.notifications.params IS 'Values for the text: nothing but what a customer may read.';
COMMENT ON COLUMN public.notifications.covered_by IS 'seq of the later message that says this too.';
COMMENT ON COLUMN public.notifications.dedupe_key IS 'Tells a receiver that a second arrival is the same message.';
COMMENT ON COLUMN public.notifications.next_attempt_at IS 'When to try next; while an attempt is under way, when its lease ends.';
COMMENT ON COLUMN public.notifications.message_id IS 'What the channel calls the message that was sent, e.g. the Message-ID of a mail.';
COMMENT ON COLUMN public.notifications.in_doubt IS 'Under way, or its last attempt may have arrived: it goes again, alone, before anything newer of its case.';
COMMENT ON COLUMN public.notifications.waived IS 'Attempts that the schedule of retries does not count: put off before sending, or before a resend by hand.';
COMMENT ON TABLE public.request_rates IS 'Callers who use a good part of their rate. The key is a hash: nobody is named.';
COMMENT ON COLUMN public.request_rates.free_at IS 'When all that was used will have grown back, by the system''s clock.';
COMMENT ON TABLE public.request_windows IS 'Latest uses of what may be used so often in a span of time, oldest first.';
COMMENT ON COLUMN public.request_windows.is_full IS 'Whether the latest use was refused, and so is not among them.';
COMMENT ON TABLE public.schema_floor IS 'The newest migration that a build must know to run on this schema; later ones only added what it can do without.';
COMMENT ON TABLE public.sent_today IS 'Messages that an address got on its latest day (UTC), so that a fault cannot flood anybody.';
COMMENT ON COLUMN public.sessions.secret_hash IS 'SHA-256 of the cookie, which has 256 random bits; the cookie itself is not kept.';
COMMENT ON COLUMN public.sessions.last_used_at IS 'To the minute.';
COMMENT ON COLUMN public.staff.shift_calendar IS 'Key of the calendar that says when this person works; null: the department''s.';
COMMENT ON COLUMN public.staff.capacity IS 'Tasks at one time; null: no bound.';
COMMENT ON TABLE public.staff_identities IS 'Which person at an issuer is which member of staff, as administrators say.';
COMMENT ON TABLE public.suppressions IS 'Addresses that a channel must not try any more: hard bounces and complaints.';
COMMENT ON TABLE public.tasks IS 'Work items in a department''s inbox. Derived from the case by each step.';
COMMENT ON COLUMN public.tasks.department IS 'Null: a task for managers.';
COMMENT ON COLUMN public.tasks.priority IS 'The case''s priority when the task last changed.';

GRANT SELECT ON audit.attempt TO case_escalation_app;
GRANT SELECT ON audit."case" TO case_escalation_app;
GRANT SELECT ON audit.clock TO case_escalation_app;
GRANT SELECT ON audit.clock_span TO case_escalation_app;
GRANT SELECT ON audit.command TO case_escalation_app;
GRANT SELECT ON audit.deadline TO case_escalation_app;
GRANT SELECT ON audit.journal TO case_escalation_app;
GRANT SELECT ON audit.notification TO case_escalation_app;
GRANT INSERT, SELECT, UPDATE ON public.api_keys TO case_escalation_app;
GRANT DELETE, INSERT, SELECT ON public.attachments TO case_escalation_app;
GRANT INSERT, SELECT, UPDATE ON public.cases TO case_escalation_app;
GRANT INSERT, SELECT ON public.clocks TO case_escalation_app;
GRANT DELETE, INSERT, SELECT ON public.commands TO case_escalation_app;
GRANT INSERT, SELECT ON public.configuration TO case_escalation_app;
GRANT DELETE, INSERT, SELECT ON public.customer_messages TO case_escalation_app;
GRANT INSERT, SELECT, UPDATE ON public.customers TO case_escalation_app;
GRANT INSERT, SELECT, UPDATE ON public.endpoint_attempts TO case_escalation_app;
GRANT INSERT, SELECT, UPDATE ON public.endpoint_deliveries TO case_escalation_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.endpoints TO case_escalation_app;
GRANT INSERT, SELECT ON public.escalations TO case_escalation_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.inbound_messages TO case_escalation_app;
GRANT INSERT, SELECT ON public.journal TO case_escalation_app;
GRANT SELECT ON public.machine_versions TO case_escalation_app;
GRANT INSERT, SELECT, UPDATE ON public.manual_clock TO case_escalation_app;
GRANT INSERT, SELECT, UPDATE ON public.notification_attempts TO case_escalation_app;
GRANT INSERT, SELECT, UPDATE ON public.notifications TO case_escalation_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.request_rates TO case_escalation_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.request_windows TO case_escalation_app;
GRANT SELECT ON public.schema_floor TO case_escalation_app;
GRANT INSERT, SELECT, UPDATE ON public.secrets TO case_escalation_app;
GRANT INSERT, SELECT, UPDATE ON public.sent_today TO case_escalation_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.sessions TO case_escalation_app;
GRANT INSERT, SELECT, UPDATE ON public.staff TO case_escalation_app;
GRANT DELETE, INSERT, SELECT ON public.staff_identities TO case_escalation_app;
GRANT DELETE, INSERT, SELECT ON public.suppressions TO case_escalation_app;
GRANT INSERT, SELECT, UPDATE ON public.tasks TO case_escalation_app;

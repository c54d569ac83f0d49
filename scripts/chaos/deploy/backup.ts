/**
 * Backups that are made under load, restored elsewhere, and taken into service a month later: everything that was
 * acknowledged before is there, what fell due meanwhile happens once, and nobody is written to again (B19).
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { runAudit } from '../../audit/run-audit.js';
import { readTokens } from '../../replay/own-instance.js';
import { checkDatabase } from '../check-history.js';
import { readHistory } from '../history.js';
import { configure } from '../installation.js';
import { startLoad } from '../load.js';
import { MoodyMailServer } from '../moody-mail-server.js';
import { DebianPostgres } from './debian-postgres.js';
import { finding, type Finding } from './finding.js';
import { Fleet, nodeEnv, numberFrom, settled, type Stage } from './stage.js';

const DATABASE = 'backup';
const MONTH_SECONDS = 30 * 86_400;
const NOBODY = { check: () => undefined, folded: () => undefined, timed: () => undefined };

export async function backUp(stage: Stage): Promise<Finding[]> {
  const { folder, clients, perSecond, seed, seconds } = stage;
  const server = await DebianPostgres.start(join(folder, 'first'));
  stage.undo.push(() => server.stop());
  await inPostgres(server, `CREATE DATABASE ${DATABASE}`);
  const mail = await MoodyMailServer.start(join(folder, 'mails.jsonl'));
  stage.undo.push(() => mail.close());
  const fleet = new Fleet({ stage, name: 'backup', env: nodeEnv(server.url(DATABASE), mail.url, folder) });
  const api = await fleet.start('changed', 'api');
  await api.untilReady();
  const worker = await fleet.start('changed', 'worker');
  await worker.untilReady();
  const tokens = await readTokens(folder);
  await configure(api.url, tokens['admin'] ?? '');
  const historyFile = join(folder, 'backup.jsonl');
  const load = startLoad({ urls: [api.url], tokens, clients, perSecond, historyFile, seed });
  await pause((seconds * 1000) / 2);
  const dumpedAt = performance.now();
  server.owned(join(folder, 'dumps'));
  const file = join(folder, 'dumps', 'case.dump');
  const base = join(folder, 'base');
  await Promise.all([server.dump(DATABASE, file), server.baseBackup(base)]);
  const tookMs = performance.now() - dumpedAt;
  stage.progress(`both backups took ${(tookMs / 1000).toFixed(1)} s under load`);
  await pause((seconds * 1000) / 2);
  await load.stop();
  await fleet.stop(api, worker);
  // Keys that were acknowledged before either backup began.
  const acknowledged = (await readHistory(historyFile))
    .filter(({ outcome, key, completedAt }) => outcome === 'ok' && key !== '' && completedAt < dumpedAt)
    .map(({ key }) => key);

  const elsewhere = await DebianPostgres.start(join(folder, 'elsewhere'), MONTH_SECONDS);
  stage.undo.push(() => elsewhere.stop());
  await elsewhere.restore(file, DATABASE);
  const recovered = await DebianPostgres.start(base, MONTH_SECONDS, true);
  stage.undo.push(() => recovered.stop());
  return [
    ...(await inService(stage, 'pg_dump', elsewhere, acknowledged)),
    ...(await inService(stage, 'pg_basebackup', recovered, acknowledged)),
    finding('B19', 'nodes stop cleanly', fleet.unclean.length === 0, fleet.unclean.join(', ') || 'clean'),
  ];
}

async function inService(
  stage: Stage,
  name: string,
  server: DebianPostgres,
  acknowledged: readonly string[],
): Promise<Finding[]> {
  const client = await server.connect(DATABASE);
  stage.undo.push(() => client.end());
  const missing = await numberFrom(
    client,
    `SELECT count(DISTINCT key) FROM unnest($1::text[]) AS key
     WHERE NOT EXISTS (SELECT FROM commands WHERE idempotency_key = key)`,
    [acknowledged],
  );
  const first = await audit(client);
  const overdue = await numberFrom(client, 'SELECT count(*) FROM cases WHERE next_due_at < now()');
  const told = (await client.query(TOLD)).rows.map((row) => (row as { digest: string }).digest);
  const mail = await MoodyMailServer.start(join(stage.folder, `${name}.jsonl`));
  stage.undo.push(() => mail.close());
  const folder = join(stage.folder, name);
  const fleet = new Fleet({ stage, name, env: nodeEnv(server.url(DATABASE), mail.url, folder) });
  const node = await fleet.start('changed', 'all');
  await node.untilReady();
  const isSettled = await settled(client, stage);
  await fleet.stop(node);
  const { rows } = await client.query('SELECT now() AS now');
  const restedAt = (rows[0] as { now: Date }).now;
  // Everything may be as late as the database was away.
  const away = { name, injected: 1, effective: 1, windows: [{ from: 0, to: 2 * MONTH_SECONDS * 1000 }] };
  const checks = await checkDatabase({ client, mails: mail.mails, faults: [away], restedAt });
  const broken = checks.filter(({ violations }) => violations > 0);
  const again = mail.mails.filter(({ messageId }) => told.includes(messageId.replace(/^</, '').slice(0, 40)));
  const second = await audit(client);
  stage.progress(`${name}: ${overdue} cases were overdue, ${mail.mails.length} mails went out`);
  return [
    finding(
      'B19',
      `${name}: holds everything that was acknowledged before it began`,
      missing === 0 && acknowledged.length > 0,
      `${acknowledged.length} commands, ${missing} missing`,
    ),
    finding('B19', `${name}: the audit finds nothing`, first.broken === 0, first.text),
    finding(
      'B19',
      `${name}: a month later, what was overdue happens once`,
      isSettled && overdue > 0 && broken.length === 0,
      `${overdue} cases overdue, ${broken.map(({ promise, first }) => `${promise}: ${first}`).join('; ') || `${checks.length} promises hold`}${isSettled ? '' : ', not settled'}`,
    ),
    finding(
      'B19',
      `${name}: nobody is written to again`,
      again.length === 0 && told.length > 0,
      `${told.length} mails had gone before, ${mail.mails.length} went now, ${again.length} of them again`,
    ),
    finding('B19', `${name}: the audit finds nothing after that either`, second.broken === 0, second.text),
    finding(
      'B19',
      `${name}: the node neither crashes nor stops uncleanly`,
      fleet.crashes === 0 && fleet.unclean.length === 0,
      fleet.unclean.join(', ') || 'clean',
    ),
  ];
}

/** What had gone out when the backup was made, as a mail's id names it. */
const TOLD = `SELECT left(encode(sha256(convert_to(dedupe_key, 'UTF8')), 'hex'), 40) AS digest
FROM audit.notification WHERE channel = 'email' AND status = 'delivered'`;

async function audit(client: pg.Client): Promise<{ readonly broken: number; readonly text: string }> {
  const { checks } = await runAudit(client, NOBODY, null);
  const broken = checks.filter(({ violations }) => violations > 0);
  const text = broken.map(({ promise, violations }) => `${promise}: ${violations}`).join('; ');
  return { broken: broken.length, text: text || `${checks.length} promises hold` };
}

async function inPostgres(server: DebianPostgres, sql: string): Promise<void> {
  const client = await server.connect('postgres');
  await client.query(sql);
  await client.end();
}

/** Five nodes find an empty database at the same moment, and the one that migrates it is killed half-way (G6). */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { finding, type Finding } from './finding.js';
import { Fleet, nodeEnv, numberFrom, type Stage } from './stage.js';

const NODES = 5;
const KILLED_WITHIN_MS = 60_000;

/** Who holds the migrations' lock, by the name that the URL gave its connections. */
const MIGRATING = `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

export async function startTogether(stage: Stage): Promise<Finding[]> {
  const { cluster, folder } = stage;
  const database = 'starts';
  await cluster.createDatabase(database);
  const client = await cluster.connect(database);
  stage.undo.push(() => client.end());
  const env = nodeEnv(cluster.url(database), '', folder);
  const { SMTP_URL: _none, ...withoutMail } = env;
  const fleet = new Fleet({ stage, name: 'starts', env: withoutMail });
  for (let n = 1; n <= NODES; n += 1)
    await fleet.start('grown', 'all', {
      DATABASE_URL: `${cluster.url(database)}?application_name=starts-${n}`,
    });
  const applied = async (): Promise<number> => {
    const there = `SELECT count(*) FROM pg_class WHERE relname = 'schema_migrations'`;
    return (await numberFrom(client, there)) === 0
      ? 0
      : numberFrom(client, 'SELECT count(*) FROM schema_migrations');
  };
  const giveUpAt = performance.now() + KILLED_WITHIN_MS;
  let killedAt = 0;
  while (killedAt === 0 && performance.now() < giveUpAt) {
    const done = await applied();
    const { rows } = done >= 2 ? await client.query(MIGRATING) : { rows: [] };
    const name = (rows[0] as { name: string } | undefined)?.name;
    const index = Number(name?.split('-')[1] ?? 0) - 1;
    if (fleet.nodes[index]?.kill('SIGKILL')) killedAt = done;
    else await pause(2);
  }
  stage.progress(`killed the node that had applied ${killedAt} migrations`);
  await Promise.all(fleet.nodes.map((node) => node.untilReady()));
  const twice = await numberFrom(client, 'SELECT count(*) - count(DISTINCT name) FROM schema_migrations');
  const all = await applied();
  await fleet.stop(...fleet.nodes);
  // A fresh database, migrated by one alone, has the same.
  await cluster.createDatabase('starts_alone');
  const alone = new Fleet({
    stage,
    name: 'alone',
    env: { ...withoutMail, DATABASE_URL: cluster.url('starts_alone'), DATA_DIR: join(folder, 'alone') },
  });
  const single = await alone.start('grown', 'all');
  await single.untilReady();
  const other = await cluster.connect('starts_alone');
  const [mine, theirs] = await Promise.all([client.query(SHAPE), other.query(SHAPE)]);
  await other.end();
  await alone.stop(single);
  const isSame = JSON.stringify(mine.rows) === JSON.stringify(theirs.rows);
  return [
    finding(
      'G6',
      'five nodes migrate at once, the one that does is killed, all become ready',
      killedAt > 0 && killedAt < all,
      `killed after ${killedAt} of ${all} migrations`,
    ),
    finding('G6', 'each migration is applied once', twice === 0, `${all} applied, ${twice} twice`),
    finding(
      'G6',
      'the schema is that of a single start',
      isSame,
      isSame ? `${mine.rows.length} columns and indexes` : 'differs',
    ),
    finding(
      'G6',
      'no node ends by itself',
      fleet.crashes === 0,
      `${fleet.crashes} crashes, ${fleet.unclean.join(', ') || 'all stopped cleanly'}`,
    ),
  ];
}

const SHAPE = `
SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS line
FROM information_schema.columns WHERE table_schema IN ('public', 'audit')
UNION ALL SELECT pg_get_indexdef(i.indexrelid) || ' ' || i.indisvalid FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
WHERE t.relnamespace = 'public'::regnamespace ORDER BY 1`;

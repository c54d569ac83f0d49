import 'reflect-metadata';
import pg from 'pg';
import { poolSettings } from '../src/store/data-source.js';
import { startBenchDatabase } from './bench-database.js';
import { PendingCases } from './pending-cases.js';
import { Configuration } from '../src/directory/configuration.js';
import { DirectoryPolicySource } from '../src/directory/policy-source.js';
import { CaseEngine } from '../src/engine/case-engine.js';
import { commitStatement } from '../src/engine/commit-sql.js';
import { CASE_COLUMNS, toCase } from '../src/store/case-rows.js';
import { migrateCase } from '../src/domain/machine-version.js';
const db = await startBenchDatabase(null);
try {
  const pool = new pg.Pool(poolSettings({ url: db.url, poolSize: 4, applicationName: 'p' }));
  const cases = await PendingCases.prepare(pool);
  const now = Date.now();
  await cases.add(Array.from({length: 30000}, (_e, n) => now + 86400000 + n), 'pending');
  await cases.add(Array.from({length: 256*24}, (_e, n) => now - 60000 + n), 'x');
  await pool.query('ANALYZE');
  const configuration = new Configuration(pool, 'now()');
  await configuration.seedDefaults();
  const engine = new CaseEngine({ pool, now: 'now()', policies: new DirectoryPolicySource(configuration) });
  const c = await pool.connect();
  const size = Number(process.argv[2] ?? 256);
  const sums: number[][] = [];
  for (let i = 0; i < 6144 / size; i += 1) {
    const t: number[] = [performance.now()];
    await c.query('BEGIN');
    const { rows } = await c.query({ name: 'claim', text: `SELECT now() AS now, ${CASE_COLUMNS} FROM cases WHERE next_due_at <= now() AND machine_version <= $1 AND id <> ALL ($2::uuid[]) ORDER BY next_due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED`, values: [1, [], size] });
    t.push(performance.now());
    const writes = rows.map((r) => engine.dueWrite(migrateCase(toCase(r)), r.now)!);
    t.push(performance.now());
    const st = commitStatement(writes, 'now()', true);
    t.push(performance.now());
    await c.query({ name: st.name!, text: st.text, values: st.values as unknown[] });
    t.push(performance.now());
    await c.query('COMMIT');
    t.push(performance.now());
    sums.push(t.slice(1).map((x, k) => x - t[k]!));
    if (i === 5) console.log('bytes per case', JSON.stringify(writes[0]).length, (st.values[0] as string).length / size);
  }
  const med = [0,1,2,3,4].map((k) => sums.map((s) => s[k]!).sort((a, b) => a - b)[Math.floor(sums.length / 2)]!.toFixed(2));
  console.log('size', size, 'median ms: claim', med[0], 'decide', med[1], 'json', med[2], 'statement', med[3], 'commit', med[4], 'n', sums.length);
  c.release(); await pool.end();
} finally { await db.stop(); }

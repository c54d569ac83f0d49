// The statements that every message costs, as PostgreSQL plans them while the tables are new and nothing is known of
// them: a plan that is made then is kept, and must do when there are millions of rows.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR } from '../../support/engine.js';
import { startSendingHouse, type SendingHouse } from './sending-house.js';

const ON_THE_WAY = [
  'claim-notifications',
  'move-clock',
  'next-notifications',
  'read-notifications',
  'settle-notifications',
];

/** Cases that wait when the plans are made; nothing has counted them yet. */
const BACKLOGS = { empty: 0, full: 4_000 } as const;

describe.each(Object.keys(BACKLOGS) as (keyof typeof BACKLOGS)[])(
  'statements planned on a backlog that is %s',
  (backlog) => {
    let house: SendingHouse;
    const plans = new Map<string, string>();
    beforeAll(async () => {
      // One connection, so that it has prepared them all.
      house = await startSendingHouse({ poolSize: 1 });
      await house.open(await house.customer());
      house.deliveries.start();
      await house.after(HOUR);
      await house.deliveries.stop();
      const statements = await house.base.sql<{ name: string; statement: string }>(
        'SELECT name, statement FROM pg_prepared_statements',
      );
      const empty = await startSendingHouse({ poolSize: 1 });
      await empty.base.sql(
        `INSERT INTO notifications (case_id, seq, channel, key, params, status, dedupe_key, created_at, next_attempt_at)
     SELECT gen_random_uuid(), 1, 'email', 'case.opened', '{}', 'pending', n, now(), now() + n * interval '1 second'
     FROM generate_series(1, ${BACKLOGS[backlog]}) AS n`,
      );
      for (const { name, statement } of statements) {
        const rows = await empty.base.sql<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${statement}`);
        plans.set(name.replace(/-(manual|system).*$/, ''), rows.map((row) => row['QUERY PLAN']).join('\n'));
      }
      await empty.close();
    });
    afterAll(() => house?.close());

    it('are known to this test', () => {
      expect([...plans.keys()].filter((name) => /notif|clock/.test(name)).sort()).toEqual(ON_THE_WAY);
    });

    it.each(ON_THE_WAY)('walk indexes only: %s', (name) => {
      expect(/Seq Scan on (?!manual_clock).*/.exec(plans.get(name) ?? '')?.[0]).toBeUndefined();
    });

    it.each(['claim-notifications', 'move-clock', 'next-notifications'])(
      'take due rows in due order: %s',
      (name) => {
        expect(plans.get(name)).toMatch(/Index Scan using notifications_due on notifications/);
        expect(plans.get(name)).not.toMatch(/Sort Key: \S*next_attempt_at, \S*case_id$/m);
      },
    );

    it.each(['claim-notifications', 'next-notifications'])(
      'look at one case’s messages by its key: %s',
      (name) => {
        expect(plans.get(name)).toMatch(/using notifications_waiting on notifications b/);
      },
    );
  },
);

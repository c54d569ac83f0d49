/**
 * The inbox of those who look after all departments. Without it the list of a manager sorts every unfinished task:
 * 105 ms at 200,000 of them.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class HouseInbox1795305600011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX tasks_due ON tasks (due_at, case_id, key) WHERE state IN ('open', 'accepted')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX tasks_due');
  }
}

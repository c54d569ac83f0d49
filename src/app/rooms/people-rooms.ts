/** Wires what is known of people beside their records: hours, merges, loads, and the view of a customer as a whole. */
import type { FactoryProvider } from '@nestjs/common';
import type { Pool } from 'pg';
import { CaseRouting } from '../../directory/case-routing.js';
import { Configuration } from '../../directory/configuration.js';
import { CustomerMerges } from '../../directory/customer-merges.js';
import { DutyRoster } from '../../directory/on-duty.js';
import { DirectoryPolicySource } from '../../directory/policy-source.js';
import { Staff } from '../../directory/staff.js';
import { CustomerView } from '../../reports/customer-view.js';
import { DatabaseClock } from '../../reports/database-clock.js';
import { DepartmentLoad } from '../../reports/department-load.js';
import type { NowSql } from '../../store/now.js';
import { made } from './made.js';

export function peopleRooms({ pool, now }: { pool: Pool; now: NowSql }): FactoryProvider[] {
  return [
    made(
      DutyRoster,
      [Configuration, DirectoryPolicySource],
      (configuration, { book }) => new DutyRoster(configuration, book),
    ),
    made(CustomerMerges, [], () => new CustomerMerges(pool, now)),
    made(CustomerView, [], () => new CustomerView(pool)),
    made(DepartmentLoad, [], () => new DepartmentLoad(pool)),
    made(
      CaseRouting,
      [Configuration, DirectoryPolicySource, Staff, DutyRoster, DepartmentLoad, DatabaseClock],
      (configuration, policies, staff, roster, load, clock) =>
        new CaseRouting({ configuration, policies, staff, roster, load, now: () => clock.now() }),
    ),
  ];
}

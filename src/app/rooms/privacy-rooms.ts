/** Wires what is given out about a person and what is forgotten: export, erasure, retention. */
import type { FactoryProvider } from '@nestjs/common';
import type { Pool } from 'pg';
import { Configuration } from '../../directory/configuration.js';
import { DEFAULT_POLICY } from '../../directory/lifecycle-policies.js';
import { PersonErasure } from '../../directory/person-erasure.js';
import { RetentionSweep } from '../../directory/retention-sweep.js';
import { CaseEngine } from '../../engine/case-engine.js';
import { KeptAnswers } from '../../engine/kept-answers.js';
import { DEFAULT_RETENTION_POLICY, type RetentionPolicy } from '../../engine/retention-policy.js';
import { PersonExport } from '../../reports/person-export.js';
import type { NowSql } from '../../store/now.js';
import { errorFields, type Logger } from '../logging.js';
import { made } from './made.js';

export interface PrivacyFoundations {
  readonly pool: Pool;
  readonly now: NowSql;
  readonly logger: Logger;
}

/** The policy in force, from memory. */
export function retentionPolicy(configuration: Configuration): RetentionPolicy {
  return configuration.newest('retentionPolicy', DEFAULT_POLICY)?.body ?? DEFAULT_RETENTION_POLICY;
}

export function privacyRooms({ pool, now, logger }: PrivacyFoundations): FactoryProvider[] {
  const report = (error: unknown): void =>
    logger.warn(
      errorFields(error),
      'What is past its keeping could not be forgotten; tried again in an hour',
    );
  return [
    made(KeptAnswers, [], () => new KeptAnswers(pool, now)),
    made(PersonExport, [], () => new PersonExport(pool)),
    made(PersonErasure, [CaseEngine], (engine) => new PersonErasure(pool, now, engine)),
    made(
      RetentionSweep,
      [CaseEngine, PersonErasure, Configuration],
      (engine, persons, configuration) =>
        new RetentionSweep({
          pool,
          now,
          engine,
          persons,
          policy: () => retentionPolicy(configuration),
          report,
        }),
    ),
  ];
}

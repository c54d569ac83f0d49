/** The parts of a run, and what each needs of the machine. Loads none of them. */
import { missingForBackups } from './debian-postgres.js';

export type PartName = 'rolling' | 'starts' | 'in-flight' | 'large-table' | 'backup';

interface Part {
  readonly about: string;
  /** What the machine lacks, in words that say how to get it. */
  missing(): string[];
}

const nothing = (): string[] => [];

export const PARTS: Readonly<Record<PartName, Part>> = {
  rolling: {
    about: 'old and new build side by side: schema grows, back again, machine changes (G1, G2)',
    missing: nothing,
  },
  starts: { about: 'five nodes migrate an empty database at once, one is killed (G6)', missing: nothing },
  'in-flight': {
    about: '10,000 cases under way when a state is renamed, or forgotten (G3)',
    missing: nothing,
  },
  'large-table': {
    about: 'column, value for all and index on a large journal under load, killed half-way (G5)',
    missing: nothing,
  },
  backup: {
    about: 'pg_dump and pg_basebackup under load, restored elsewhere and a month later (B19)',
    missing: missingForBackups,
  },
};

// A database of its own with the directory's tables, and the one pool to it.
import type { Pool } from 'pg';
import { createDataSource, poolOf } from '../../src/store/data-source.js';
import { startTestDatabase } from '../support/database.js';

export interface TestDirectory {
  readonly pool: Pool;
  /** Of the owner, who may set what the application may not. */
  readonly url: string;
  close(): Promise<void>;
}

export async function openDirectory(): Promise<TestDirectory> {
  const database = await startTestDatabase();
  const options = { url: database.url, poolSize: 5, role: 'app' as const, applicationName: 'test' };
  const dataSource = createDataSource(options);
  await dataSource.initialize();
  return {
    pool: poolOf(dataSource),
    url: database.url,
    close: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
}

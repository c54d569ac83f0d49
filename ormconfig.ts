/** For TypeORM's own command line: `DATABASE_URL=… npx typeorm migration:show -d dist/ormconfig.js`. */
import { createDataSource } from './src/store/data-source.js';

export default createDataSource({
  url: process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/case_escalation',
  poolSize: 2,
  applicationName: 'typeorm',
});

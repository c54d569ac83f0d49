// Writes docs/rights.md: who meets which outcome at which address, made from the rules of the routes and from the policy
// that the product itself asks. Run it by `npm run rights`; `-- --check` only compares. A right that changes is a
// changed line there, for a person to read; the tests hold a running node to that page.
import { AccessTable } from '../src/http/auth/access-table.service.js';
import { formatted, writeOrCheck } from './generated-files.js';
import { rightsPage } from './rights/rights-page.js';
import { unstartedApp } from './unstarted-app.js';

const app = await unstartedApp();
const table = app.get(AccessTable);
table.onModuleInit();
const text = await formatted('docs/rights.md', rightsPage(table.all()));
writeOrCheck([{ path: 'docs/rights.md', text }], 'npm run rights');

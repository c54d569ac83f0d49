// Writes openapi.json, the contract with clients, from the routes themselves. Run it by `npm run openapi`; `-- --check`
// only compares. It builds the application without starting it: no port is opened and no database is asked.
import { openApiDocument } from '../src/http/documents/openapi.service.js';
import { formatted, writeOrCheck } from './generated-files.js';
import { unstartedApp } from './unstarted-app.js';

const document = openApiDocument(await unstartedApp());
if (!document.paths['/api/v1/cases']) throw new Error('the document lacks the cases: no routes were found');

const text = await formatted('openapi.json', JSON.stringify(document));
writeOrCheck([{ path: 'openapi.json', text }], 'npm run openapi');

// Lets plain Node run this project's TypeScript: `node --import ./test/support/typescript.js some-script.ts`.
// Same compiler and settings as the tests (.swcrc). Knows nothing of what it loads.
import { register } from 'node:module';

register('./typescript-hooks.js', import.meta.url);

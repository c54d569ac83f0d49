// The last step of `npm run build`: puts the script of the page at /docs into dist/assets, with its licence beside it.
// So the page needs none of the 300 packages that its bundle was made of, and a product installed with
// `npm prune --omit=dev` still has it.
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';

const bundle = createRequire(import.meta.url).resolve('@scalar/api-reference/browser/standalone.js');
mkdirSync('dist/assets', { recursive: true });
copyFileSync(bundle, 'dist/assets/api-reference.js');
copyFileSync('scripts/assets/api-reference.LICENSE.txt', 'dist/assets/api-reference.LICENSE.txt');

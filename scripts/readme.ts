// Fills the README's generated sections from what they describe: the table of settings from the checks that a node
// makes at its start, and the example from the script that the CI runs against a live instance. Run it by
// `npm run readme`; `-- --check` only compares. The picture of the machine is drawn by statechart.ts.
import { readFileSync } from 'node:fs';
import { settingsTable } from '../src/app/settings.js';
import { withSections, writeOrCheck } from './generated-files.js';

/** The part of a shell script between its lines `# README` and `# end of README`, as a code block. */
function quoted(path: string): string {
  const part = /^# README\n(.*)^# end of README$/ms.exec(readFileSync(path, 'utf8'))?.[1];
  if (!part) throw new Error(`${path} has no part marked for the README`);
  return `\`\`\`sh\n${part.trim()}\n\`\`\``;
}

const sections = { example: quoted('scripts/example.sh'), settings: settingsTable().trim() };

writeOrCheck([await withSections('README.md', sections)], 'npm run readme');

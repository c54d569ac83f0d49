// Draws the state chart from the machine itself: Mermaid text for the README and a picture for docs/, so that
// neither can tell another story than src/domain/case-machine.ts. Run it by `npm run statechart`; `-- --check`
// only compares. Knows nothing of the machine's rules.
import { renderMermaidSVG } from 'beautiful-mermaid';
import { caseMachine } from '../src/domain/case-machine.js';
import { withSections, writeOrCheck } from './generated-files.js';
import { mermaidOf } from './statechart/mermaid-of.js';

const mermaid = mermaidOf(caseMachine, {
  commonTags: ['customerClocks', 'paused'],
  anyLabel: 'any open state',
  backLabel: 'where it was',
  eventPrefix: 'case.',
});

/** Without the foreign font: a page that embeds the picture is readable offline, and tells nobody who reads it. */
const svg = renderMermaidSVG(mermaid, { font: 'system-ui', padding: 16 })
  .split('\n')
  .filter((line) => !line.includes('@import'))
  .join('\n')
  .concat('\n');

writeOrCheck(
  [
    { path: 'docs/statechart.svg', text: svg },
    await withSections('README.md', { statechart: `\`\`\`mermaid\n${mermaid}\n\`\`\`` }),
  ],
  'npm run statechart',
);

/**
 * The picture of the machine with one case's way through it: the states that it passed, and where it stands. Colours
 * the drawing that is made from the machine itself (`docs/statechart.svg`); draws nothing of its own.
 */
import { readFileSync } from 'node:fs';
import { STATE_PATHS, type StatePath } from '../../domain/case.js';

/** Three directories above this file, compiled or not. */
const DRAWING = new URL('../../../docs/statechart.svg', import.meta.url);

let drawing: string | null = null;

/**
 * @param visited states that the case was in, in any order.
 * @returns an SVG document. @throws Error when the drawing was not shipped.
 */
export function caseStatechart(current: StatePath, visited: ReadonlySet<StatePath>): string {
  drawing ??= readFileSync(DRAWING, 'utf8');
  const passed = STATE_PATHS.filter((state) => visited.has(state) && state !== current);
  const style = [
    ...passed.map((state) => `${node(state)}{fill:#dbeafe;stroke:#3b82f6;stroke-width:1.5}`),
    `${node(current)}{fill:#1d4ed8;stroke:#1e3a8a;stroke-width:2}`,
    `${node(current, 'text')}{fill:#ffffff}`,
  ].join('');
  return drawing.replace('</svg>', `<style>${style}</style>\n</svg>`);
}

function node(state: StatePath, part = 'rect'): string {
  return `[data-id="${state.replace('.', '_')}"] > ${part}`;
}

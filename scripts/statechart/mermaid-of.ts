// A machine as Mermaid's stateDiagram-v2. It leaves out what a picture cannot carry: guards, and events that keep a
// case where it is. To stay readable it draws from frame to frame (a state with children is a frame), and gives two
// kinds of edges a place of their own: those that leave any state of a kind, and those that lead back to wherever
// the case was.
import type { AnyStateMachine, AnyStateNode } from 'xstate';

export interface DrawingOptions {
  /** States with one of these tags have much in common; what all of them have is drawn once, from `anyLabel`. */
  readonly commonTags: readonly string[];
  readonly anyLabel: string;
  /** Where an event leads that may go back to one of several states. */
  readonly backLabel: string;
  /** Left out of the labels. */
  readonly eventPrefix: string;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly event: string;
}

const [START, ANY, BACK] = ['[*]', 'any', 'back'];
/** From as many targets on, an event goes back to wherever the case was. */
const REMEMBERED_TARGETS_MIN = 4;

/** Mermaid text, without a trailing newline; the same machine always gives the same text. */
export function mermaidOf(machine: AnyStateMachine, options: DrawingOptions): string {
  const states = Object.values(machine.states);
  const opening = states.filter((state) => state.key === machine.config.initial);
  const drawn = states.filter((state) => !opening.includes(state));
  const common = drawn
    .filter((state) => state.tags.some((tag) => options.commonTags.includes(tag)))
    .map(idOf);
  const edges = [
    ...opening.flatMap(edgesOf).map((edge) => ({ ...edge, from: START })),
    ...fromAny(drawn.flatMap(selfAndChildren).flatMap(edgesOf), common),
  ].filter((edge) => edge.from !== edge.to);
  const inside = (frame: AnyStateNode) => edges.filter((edge) => edge.from.startsWith(`${idOf(frame)}_`));
  const framed = drawn.flatMap(inside);
  const lines = [
    ...drawn.flatMap((state) => stateLines(state, edgeLines(inside(state), options.eventPrefix))),
    `state "${options.anyLabel}" as ${ANY}`,
    `state "${options.backLabel}" as ${BACK}`,
    ...edgeLines(
      edges.filter((edge) => !framed.includes(edge)),
      options.eventPrefix,
    ),
  ];
  return ['stateDiagram-v2', ...indent(lines)].join('\n');
}

function selfAndChildren(state: AnyStateNode): AnyStateNode[] {
  return [state, ...Object.values(state.states)];
}

/** Edges of one state; those that leave its frame start and end at frames. */
function edgesOf(state: AnyStateNode): Edge[] {
  return [...state.transitions].flatMap(([event, transitions]) => {
    const targets = transitions.flatMap(({ target }) => target ?? []);
    if (targets.length >= REMEMBERED_TARGETS_MIN) return [{ from: frameOf(state), to: BACK, event }];
    return targets.map((to) =>
      state.path.length > 1 && frameOf(to) === frameOf(state)
        ? { from: idOf(state), to: idOf(to), event }
        : { from: frameOf(state), to: frameOf(to), event },
    );
  });
}

/** One edge from anywhere for an event that leads to the same state from each of the states in common. */
function fromAny(edges: readonly Edge[], common: readonly string[]): Edge[] {
  if (common.length === 0) return unique(edges);
  const leads = (from: string, { to, event }: Edge) =>
    edges.some((edge) => edge.from === from && edge.to === to && edge.event === event);
  return unique(
    edges.map((edge) => (common.every((from) => leads(from, edge)) ? { ...edge, from: ANY } : edge)),
  );
}

function unique(edges: readonly Edge[]): Edge[] {
  return [...new Map(edges.map((edge) => [JSON.stringify(edge), edge])).values()];
}

function stateLines(state: AnyStateNode, inside: readonly string[]): string[] {
  const children = Object.values(state.states);
  const named = `state "${state.key}" as ${idOf(state)}`;
  if (children.length === 0) return [named];
  return [`${named} {`, ...indent([...children.flatMap((child) => stateLines(child, [])), ...inside]), '}'];
}

/** Edges between the same two states share one line. */
function edgeLines(edges: readonly Edge[], eventPrefix: string): string[] {
  const labels = new Map<string, string[]>();
  for (const { from, to, event } of edges) {
    const ends = `${from} --> ${to}`;
    labels.set(ends, [...(labels.get(ends) ?? []), event.replace(eventPrefix, '')]);
  }
  return [...labels].map(([ends, events]) => `${ends} : ${events.join(', ')}`);
}

function frameOf(state: AnyStateNode): string {
  return state.path[0] ?? '';
}

function idOf(state: AnyStateNode): string {
  return state.path.join('_');
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/**
 * Where a request goes: the parameters of an address, taken from what is known of the installation and chosen so that
 * the operation finds what it needs. Knows how things lie below one another, no rule of a case.
 */
import { actionsOf, openTasksIn, taskKindsOf } from './aim.js';
import type { Json, Operation } from './contract.js';
import { keptFor } from './exceptions.js';
import type { SeenCase } from './known-world.js';
import { asText, makeValue } from './make-value.js';
import { Random } from './random.js';
import type { Scene } from './scene.js';

const CASES = '/api/v1/cases';
const LINKS = '/api/v1/status';
const TASKS = '/api/v1/tasks';

export interface Address {
  readonly params: Readonly<Record<string, string>>;
  /** The department in whose hands it is; null: the front line, or nobody's. */
  readonly department: string | null;
  /** To whom it was shown as something that may be done. */
  readonly seenBy: string | null;
}

/** Of something that is there and, in nine of ten cases, in a state to take it. */
export function addressOf(operation: Operation, scene: Omit<Scene, 'params'>): Address {
  const { random, world } = scene;
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map((hit) => hit[1] as string);
  const made = (
    params: Readonly<Record<string, string>>,
    department: string | null = null,
    seenBy: string | null = null,
  ) => ({
    params: Object.fromEntries(
      names.map((name) => [name, params[name] ?? spareParam(operation, name, scene)]),
    ),
    department,
    seenBy,
  });
  if (names.length === 0) return made({});
  const kept = keptFor(operation);
  if (kept !== null) return made({ [kept]: `fuzz-${random.whole(1, kept === 'id' ? 40 : 8)}` });
  const collection = operation.path.slice(0, operation.path.lastIndexOf('/{'));
  if (operation.path.startsWith(`${TASKS}/{`)) {
    const task = taskFor(operation, scene);
    return made(task ? { taskId: task.id } : {}, task?.department ?? null);
  }
  if (operation.path.startsWith(`${LINKS}/{`) || operation.path.startsWith(`${CASES}/{`)) {
    const known = world.pickPlace(random, collection);
    const one = caseFor(operation, scene);
    if (known && collection !== CASES && collection !== LINKS) return made(known.params);
    if (!one) return made({});
    const below = matterIn(random, one.resource, operation.path.slice(`${CASES}/{id}/`.length));
    return made(
      { id: one.id, ...(one.token === null ? {} : { token: one.token }), ...below?.params },
      below?.department ?? one.department,
      one.seenBy,
    );
  }
  return made(
    world.pickPlace(random, collection)?.params ??
      world.pickPlace(random, operation.path.slice(0, operation.path.indexOf('/{')))?.params ??
      {},
  );
}

/** One that a case shows to be open, or one of a list; of the case's own, the latter alone tells. */
function taskFor(
  operation: Operation,
  { random, world }: Omit<Scene, 'params'>,
): { readonly id: string; readonly department: string | null } | null {
  const kinds = taskKindsOf(operation);
  const rather = random.chance(0.6);
  const holder = world.pickCase(random, ({ resource }) => openTasksIn(resource, kinds).length > 0);
  const shown = random.pickOrNull(holder ? openTasksIn(holder.resource, kinds) : []);
  const listed = world.pickPlace(
    random,
    TASKS,
    ({ item }) =>
      (kinds === null || kinds.some((kind) => String(item['key']).startsWith(kind))) &&
      /^(open|accepted)$/.test(String(item['state'])),
  );
  if (holder && shown && (rather || !listed))
    return { id: `${holder.id}.${shown.key}`, department: shown.department };
  if (!listed) return null;
  const department = listed.item['department'];
  return {
    id: listed.params['taskId'] ?? '',
    department: typeof department === 'string' ? department : null,
  };
}

function caseFor(operation: Operation, { random, world }: Omit<Scene, 'params'>): SeenCase | null {
  const wanted = actionsOf(operation);
  const below = operation.path.slice(`${CASES}/{id}/`.length);
  const needsNumber = operation.path.startsWith(`${CASES}/{id}/`) && below.includes('{');
  const isAny = random.chance(0.1);
  return world.pickCase(random, ({ resource, token }) => {
    if (isAny) return true;
    if (operation.path.startsWith(LINKS) && token === null) return false;
    const allowed = resource['allowedActions'] as string[];
    if (wanted.length > 0 && !wanted.some((action) => allowed.includes(action))) return false;
    return !needsNumber || matterIn(new Random(0), resource, below) !== null;
  });
}

interface Below {
  readonly params: Readonly<Record<string, string>>;
  /** Whose matter it is, where that is another department's than the case's. */
  readonly department: string | null;
}

/** Follows `proposals/{n}/actions/{k}` into the resource of a case; rather to what is open than to what is over. */
function matterIn(random: Random, resource: Json, below: string): Below | null {
  const params: Record<string, string> = {};
  let node: unknown = resource;
  let department: string | null = null;
  for (const part of below.split('/')) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      node = (node as Json | undefined)?.[part];
      continue;
    }
    const all = Array.isArray(node) ? (node as Json[]) : [];
    const open = all.filter(isOpen);
    const one = random.pickOrNull(random.chance(0.8) && open.length > 0 ? open : all);
    const value = one?.[name] ?? one?.['n'];
    if (one === null || value === undefined) return null;
    params[name] = asText(value);
    department = departmentIn(random, one) ?? department;
    node = one;
  }
  return { params, department };
}

function isOpen(matter: Json): boolean {
  return ['endedAt', 'decidedAt', 'outcome'].every((name) => (matter[name] ?? null) === null);
}

/** Its own, or one of those whose voice is asked for. */
function departmentIn(random: Random, matter: Json): string | null {
  const voices = (matter['voices'] ?? []) as Json[];
  const named = random.pickOrNull([...voices, matter].flatMap((one) => one['department'] ?? []));
  return typeof named === 'string' ? named : null;
}

/** Where nothing is known, something of the right form. */
function spareParam(operation: Operation, name: string, scene: Omit<Scene, 'params'>): string {
  const schema = operation.parameters.find((one) => one.in === 'path' && one.name === name)?.schema ?? {
    type: 'string',
  };
  return asText(makeValue({ ...scene, params: {} }, schema, name === 'key' ? '' : name) ?? 'x') || 'x';
}

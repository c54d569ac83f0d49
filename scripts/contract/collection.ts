/**
 * The collection that Portman makes of the document: requests that are right, and requests each wrong in one way. Fills
 * in what no document can know, ids and who asks, and leaves out what Portman misunderstands.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readDocument } from './document.js';
import { forPortman } from './portman-document.js';
import { run, tool } from './tool.js';

const CONFIG = resolve('scripts/contract/portman.json');
/** Folders that hold tests; the others have one bare request per operation. */
const FOLDERS: ReadonlySet<string> = new Set(['Contract Tests', 'Variation Tests']);

interface Request {
  readonly method: string;
  auth?: unknown;
  readonly header?: { readonly key: string }[];
  readonly body?: { readonly raw?: string };
  readonly url: {
    readonly path: readonly string[];
    readonly variable?: { key: string; value: string }[];
    readonly query?: { key: string; value: string; disabled?: boolean }[];
  };
}

interface Item {
  readonly name: string;
  readonly item?: Item[];
  readonly request?: Request;
}

/** Values for parameters of a path, by what it begins with; in `{{…}}`, what the run knows. */
const PARAMETERS: readonly (readonly [RegExp, Readonly<Record<string, string>>])[] = [
  [/^cases\//, { id: '{{case}}', attachmentId: '{{file}}', metric: 'firstResponse', n: '1', k: '1' }],
  [/^tasks\/:taskId\/answer/, { taskId: '{{consulted}}.consult-1' }],
  [/^tasks\/:taskId\/(approval|rejection)/, { taskId: '{{proposed}}.approve-1' }],
  [/^tasks\//, { taskId: '{{dispatched}}.handle-1-1' }],
  [/^customers\//, { id: '{{customer}}' }],
  [/^staff\//, { id: 'agent-1' }],
  [/^webhook-endpoints\//, { id: '{{endpoint}}' }],
  [/^status\//, { token: '{{link}}' }],
  [/^departments\//, { key: 'logistics' }],
  [/^playbooks\//, { key: 'late-delivery' }],
  [/^templates\//, { key: 'case.escalated' }],
  [/^[\w-]+\/:key/, { key: 'default' }],
];

/** Who asks where an administrator may not. */
const ASKERS: readonly (readonly [RegExp, string])[] = [
  [/^cases\/:id\/(acceptances|returns|hand-backs|hand-off-ratings)/, '{{member}}'],
];

/** What Portman takes for a field but is none, by the name that it gives to the test. */
const MISUNDERSTOOD: readonly RegExp[] = [
  // A word of JSON Schema: the rule for all fields of a map.
  /additionalProperties/,
  // A target has one of three units; Portman asks for each of them.
  /required .*\b(businessSeconds|calendarSeconds|businessDays)\]/,
];

/** @returns the file of the collection. @throws Error when Portman made none. */
export async function makeCollection(workDir: string): Promise<string> {
  const [source, file] = [join(workDir, 'portman.json'), join(workDir, 'collection.json')];
  await writeFile(source, JSON.stringify(forPortman(await readDocument())));
  const args = ['--local', source, '-c', CONFIG, '-o', file];
  args.push('--bundleContractTests', 'true', '--syncPostman', 'false');
  // It leaves a folder of its own where it stands.
  const { code, stdout, stderr } = await run(resolve(tool('portman')), args, { cwd: workDir });
  if (code !== 0)
    throw new Error(`Portman made no collection:\n${stdout.slice(-1000)}${stderr.slice(-1000)}`);
  const collection = JSON.parse(await readFile(file, 'utf8')) as { item: Item[] };
  const bare = collection.item.filter(({ name }) => !FOLDERS.has(name)).flatMap(requestsIn);
  const bodies = new Map(bare.map((request) => [addressOf(request), bodyOf(request)]));
  const tests = collection.item.filter(({ name }) => FOLDERS.has(name));
  const item = tests.flatMap((test) => completed(test, bodies));
  await writeFile(file, JSON.stringify({ ...collection, item }));
  return file;
}

function requestsIn({ item = [], request }: Item): Request[] {
  return [...(request ? [request] : []), ...item.flatMap(requestsIn)];
}

const addressOf = ({ method, url }: Request) => `${method} ${url.path.join('/')}`;

function bodyOf({ body }: Request): string | null {
  return body?.raw?.startsWith('{') ? JSON.stringify(JSON.parse(body.raw)) : null;
}

/** The same test with what the run knows filled in; none when it tests nothing. */
function completed({ item, request, ...rest }: Item, bodies: ReadonlyMap<string, string | null>): Item[] {
  if (item) return [{ ...rest, item: item.flatMap((each) => completed(each, bodies)) }];
  if (!request || MISUNDERSTOOD.some((pattern) => pattern.test(rest.name))) return [];
  // What was to be made wrong is not in the example, so nothing is wrong with it.
  const body = bodyOf(request);
  if (body !== null && bodies.get(addressOf(request)) === body) return [];
  const path = request.url.path.slice(2).join('/');
  const values = PARAMETERS.find(([pattern]) => pattern.test(path))?.[1] ?? {};
  for (const variable of request.url.variable ?? []) variable.value = values[variable.key] ?? variable.value;
  const token = ASKERS.find(([pattern]) => pattern.test(path))?.[1];
  if (token) request.auth = { type: 'bearer', bearer: [{ key: 'token', value: token, type: 'string' }] };
  // It asks for the type of the first answer alone, be that a problem.
  const header = request.header?.filter(({ key }) => key !== 'Accept');
  return [{ ...rest, request: { ...request, header } }];
}

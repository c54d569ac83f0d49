/**
 * The demo's staff and their tokens. Written to the database and to `tokens.json`, so that a newcomer, a test or an
 * outside checker can act in every role at once. The file survives restarts: whoever copied a token keeps it.
 */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { API_KEY, newApiKey, type ApiKeys } from '../../identity/api-keys.js';
import type { Staff, StaffEntry } from '../../directory/staff.js';
import type { StaffRole } from '../../domain/actor.js';

const DEPARTMENTS = ['sales', 'product', 'logistics', 'finance'] as const;
type DepartmentKey = (typeof DEPARTMENTS)[number];

export type TokenName =
  'admin' | 'manager' | 'agent' | 'agent2' | 'service' | `member:${DepartmentKey}` | `lead:${DepartmentKey}`;

export type Tokens = Readonly<Record<TokenName, string>>;

const person = (
  id: string,
  name: string,
  role: StaffRole,
  department: string | null = null,
  more: Partial<StaffEntry> = {},
): StaffEntry => ({
  id,
  name,
  role,
  department,
  active: true,
  ...(role === 'service' ? {} : { email: `${id}@example.com` }),
  ...more,
});

/** Hours are those of the place where somebody sits: Taipei, Shanghai, or the house's own in UTC. */
const STAFF: readonly StaffEntry[] = [
  person('admin-1', 'Ada Okafor', 'admin'),
  person('manager-1', 'Marta Kowalska', 'manager'),
  person('agent-1', 'Lena Hoffmann', 'agent', null, { skills: ['de', 'en'], capacity: 40 }),
  person('agent-2', '陈晓雯', 'agent', null, { skills: ['en', 'zh'], shiftCalendar: 'cn', capacity: 40 }),
  person('service-1', 'Web shop', 'service'),
  person('sales-lead', 'James Carter', 'lead', 'sales', { skills: ['contracts', 'en'] }),
  person('sales-1', '林志豪', 'member', 'sales', { skills: ['zh'], shiftCalendar: 'tw', capacity: 15 }),
  person('sales-2', 'Sofia Rossi', 'member', 'sales', { skills: ['en', 'it'], capacity: 15 }),
  person('product-lead', 'Priya Nair', 'lead', 'product', { skills: ['batteries', 'en', 'safety'] }),
  person('product-1', '张伟', 'member', 'product', {
    skills: ['batteries', 'zh'],
    shiftCalendar: 'cn',
    capacity: 10,
  }),
  person('product-2', 'Tomás Silva', 'member', 'product', { skills: ['en', 'water'], capacity: 10 }),
  person('logistics-lead', 'Yusuf Demir', 'lead', 'logistics', { skills: ['customs', 'en'] }),
  person('logistics-1', '黃雅婷', 'member', 'logistics', {
    skills: ['carriers', 'zh'],
    shiftCalendar: 'tw',
    capacity: 20,
  }),
  person('logistics-2', 'Ольга Петрова', 'member', 'logistics', { skills: ['carriers', 'en'], capacity: 20 }),
  person('finance-lead', 'Claire Dubois', 'lead', 'finance', { skills: ['en', 'fr'] }),
  person('finance-1', '李娜', 'member', 'finance', { skills: ['refunds', 'zh'], shiftCalendar: 'cn' }),
  person('finance-2', '佐藤 健司', 'member', 'finance', { skills: ['en', 'invoices', 'ja'] }),
];

/** Whose key each token is. */
const HOLDERS: Readonly<Record<TokenName, string>> = {
  admin: 'admin-1',
  manager: 'manager-1',
  agent: 'agent-1',
  agent2: 'agent-2',
  service: 'service-1',
  'member:sales': 'sales-1',
  'lead:sales': 'sales-lead',
  'member:product': 'product-1',
  'lead:product': 'product-lead',
  'member:logistics': 'logistics-1',
  'lead:logistics': 'logistics-lead',
  'member:finance': 'finance-1',
  'lead:finance': 'finance-lead',
};
const TOKEN_NAMES = Object.keys(HOLDERS) as readonly TokenName[];

/** Where the tokens of an installation are written. */
export function tokensFile(dataDir: string): string {
  return join(resolve(dataDir), 'tokens.json');
}

/** Enters the demo's staff and makes every token of `tokens.json` valid. Doing it again changes nothing. */
export async function seedDirectory(staff: Staff, apiKeys: ApiKeys, dataDir: string): Promise<Tokens> {
  for (const member of STAFF) {
    if (staff.find(member.id) === null) await staff.put(member);
  }
  const file = tokensFile(dataDir);
  const kept = await readTokens(file);
  const tokens = kept ?? freshTokens();
  for (const name of TOKEN_NAMES) {
    const holder = { staffId: HOLDERS[name], role: roleOf(name), name: `demo ${name}`, expiresAt: null };
    await apiKeys.register(tokens[name], holder);
  }
  // Written last: a token that can be read is valid.
  if (kept === null) await writeTokens(file, tokens);
  return tokens;
}

function roleOf(name: TokenName): StaffRole {
  return (name === 'agent2' ? 'agent' : name.split(':')[0]) as StaffRole;
}

function freshTokens(): Tokens {
  return Object.fromEntries(TOKEN_NAMES.map((name) => [name, newApiKey(roleOf(name))])) as Tokens;
}

/** null when the file is absent, or is not a whole set of well-formed tokens. */
async function readTokens(file: string): Promise<Tokens | null> {
  try {
    const read = JSON.parse(await readFile(file, 'utf8')) as unknown;
    if (typeof read !== 'object' || read === null) return null;
    const names = Object.keys(read);
    const complete = names.length === TOKEN_NAMES.length && TOKEN_NAMES.every((name) => names.includes(name));
    return complete && TOKEN_NAMES.every((name) => isTokenOf(name, (read as Tokens)[name]))
      ? (read as Tokens)
      : null;
  } catch {
    return null;
  }
}

function isTokenOf(name: TokenName, token: unknown): boolean {
  return typeof token === 'string' && API_KEY.test(token) && token.startsWith(`cew_${roleOf(name)}_`);
}

/** Under another name first, so that a reader never finds half a file. Readable by its owner alone. */
async function writeTokens(file: string, tokens: Tokens): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
  await chmod(unfinished, 0o600);
  await rename(unfinished, file);
}

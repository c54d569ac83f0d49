/**
 * What a credential can be narrowed to, below what its holder may: a key for the web shop need not be able to change
 * a calendar only because its holder is an administrator. A scope is a set of actions; it never adds a right.
 */

/** The nouns of the actions (`customer.keep` → `customer`) that each scope opens. */
const NOUNS = {
  cases: ['case', 'task', 'contact', 'routing'],
  customers: ['customer'],
  staff: ['staff'],
  configuration: ['configuration'],
  endpoints: ['endpoint'],
  deliveries: ['delivery'],
  reports: ['report'],
  inbound: ['inbound'],
  clock: ['clock'],
} as const satisfies Record<string, readonly string[]>;

/** Actions that change nothing, whatever their noun. */
const LOOKING: ReadonlySet<string> = new Set(['read', 'list', 'find', 'preview', 'export']);

export type Scope = keyof typeof NOUNS | 'read';
/** None opens the keys themselves: a narrowed key could make itself a wider one. */
export const SCOPES = ['read', ...(Object.keys(NOUNS) as (keyof typeof NOUNS)[])] as const;

/**
 * @param scopes undefined: the credential is not narrowed
 * @param action as in `rights.ts`: a noun, a dot, a verb. Who one is, one may always ask.
 */
export function isWithin(scopes: readonly Scope[] | undefined, action: string): boolean {
  if (scopes === undefined || action === 'self.read') return true;
  const [noun = '', verb = ''] = action.split('.', 2);
  return scopes.some((scope) =>
    scope === 'read' ? LOOKING.has(verb) : (NOUNS[scope] as readonly string[]).includes(noun),
  );
}

/** What a console asks first: who uses it, and how its requests are to be made. */
import { STAFF_ROLES } from '../../domain/actor.js';
import { Out, OutChoice, OutInstant } from '../documents/out.decorator.js';

const NULLABLE = { nullable: true } as const;

/** How a change shows that it comes from a page of this service. */
export const CSRF_PROOFS = ['origin', 'none'] as const;

export class SessionDto {
  @Out(String) id: string;
  @Out(String) name: string;
  @OutChoice(STAFF_ROLES) role: string;
  @Out(String, { ...NULLABLE, description: 'Of members and leads.' }) department: string | null;
  @OutInstant({ ...NULLABLE, description: 'From then on the credential is refused; null: it has no end.' })
  expiresAt: string | null;
  @Out('integer', {
    ...NULLABLE,
    minimum: 1,
    description: 'A session ends earlier when it is not used for so long; null: no session.',
  })
  idleSeconds: number | null;
  @OutChoice(CSRF_PROOFS, {
    description:
      '`origin`: with the session’s cookie a change must come from a page of this origin, as browsers say by themselves; no token is needed. `none`: a bearer needs no such proof.',
  })
  csrf: (typeof CSRF_PROOFS)[number];
}

/** Where the engine gets the rules that apply to a case; the directory implements it, from memory. */
import type { Policies } from '../domain/policies.js';

export interface PolicySource {
  /** The newest policies for a case of this category. Must not do I/O: it is asked on every step. */
  policiesFor(category: string): Policies;
}

/** One request of the run, ready to be sent, with what is known of its intent. Makes and judges nothing. */
import type { Operation } from './contract.js';

export interface FuzzRequest {
  /** Its number in the run; with the seed it makes the request again. */
  readonly n: number;
  /** Whose grammar it began with; the address may name another by now. */
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
  /** Name of a token; null: none is sent. */
  role: string | null;
  method: string;
  /** Path and query, as they go over the wire. */
  target: string;
  readonly query: [name: string, value: string][];
  /** Lower case. */
  readonly headers: Record<string, string>;
  body: Buffer | null;
  /** What the body says, while it is JSON. */
  value?: unknown;
  /** What was broken; null: it is as the document wants it. */
  mutation: string | null;
  /** Why an answer of success would be wrong; null: it might be right. */
  mustFail: string | null;
  /** Bytes to be written on a bare socket instead of a request that a client library would make. */
  wire: ((request: FuzzRequest, headers: Readonly<Record<string, string>>) => Buffer) | null;
}

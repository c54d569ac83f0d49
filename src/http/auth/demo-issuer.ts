/**
 * The demo's own issuer as this room sees it: questions of the protocol in, answers out. Who is behind it is not known
 * here; outside a demo it is closed.
 */

export interface IssuerQuestion {
  readonly method: string;
  /** Below the issuer's own address, without a slash at its beginning. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Empty unless a form was sent. */
  readonly form: URLSearchParams;
}

export interface IssuerAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export abstract class DemoIssuer {
  /** False: there is no such thing on this node. */
  abstract readonly isOpen: boolean;
  abstract answer(question: IssuerQuestion): Promise<IssuerAnswer>;
}

export class ClosedDemoIssuer extends DemoIssuer {
  readonly isOpen = false;

  answer(): Promise<IssuerAnswer> {
    return Promise.resolve({ status: 404, headers: {}, body: '' });
  }
}

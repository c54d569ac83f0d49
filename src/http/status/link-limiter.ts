/**
 * The seam for a limit on how often one link may be used (reliability.md §4: 30 requests a minute). Asked before
 * anything is read, with the case that a true link names; forged links never get that far.
 */
export abstract class LinkLimiter {
  /** @returns 0 to let the request pass, else the seconds after which to come back. Must not do I/O. */
  abstract secondsToWait(caseId: string): number;
}

/** Where nothing else is provided. */
export const UNLIMITED: LinkLimiter = { secondsToWait: () => 0 };

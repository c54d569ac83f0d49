/**
 * What a table of things to deliver must offer so that the loop can drive it and a clock moved by hand can stop at its
 * instants. The rows carry the time of the next try and nothing else says so. Knows neither table nor channel.
 */
export interface DeliveryQueue {
  /** For logs and figures: `notifications`, `endpoints`. */
  readonly name: string;
  /**
   * SQL of a scalar sub-select without parameters, in parentheses: the earliest instant at which `runDue` would find
   * something to do (null: nothing is pending). A row that must wait for another one is not counted, nor is one
   * that is under way before its lease ends. Must be answered from an index: it is part of every move of the clock.
   */
  readonly nextDueSql: string;
  /**
   * Claims at most `limit` of what is due, tries each and writes down what became of it. Resolves when all of these
   * have ended; may be called again meanwhile, so that slow ones do not hold up fast ones. Each try moves the row's
   * next instant later or ends the row: what keeps failing is not due for ever at one instant.
   * @param onClaimed told how many, before the first of them has ended.
   * @returns how many were claimed; 0: nothing is due that somebody else does not hold.
   * @throws DependencyUnavailable when the claim could not be made; a single delivery never rejects.
   */
  runDue(limit: number, onClaimed?: (count: number) => void): Promise<number>;
  /** The node stops: what is still under way is to come to an end at once, as something that may have arrived. */
  cutOff?(): void;
}

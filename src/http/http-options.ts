/**
 * What this room must be told by whoever composes the application, as classes that serve as injection tokens. Holds
 * no default and reads no environment.
 */
import type { Logger } from 'pino';

export abstract class HttpOptions {
  /** How clients and customers reach this service, without a slash at its end. */
  abstract readonly publicUrl: string;
  /** Whether time is moved by `PUT /clock`. */
  abstract readonly hasManualClock: boolean;
  /** Version of the product, for the OpenAPI document. */
  abstract readonly version: string;
  /** Where failures of ours are written. Only names, codes and routes are ever handed to it. */
  abstract readonly logger: Logger;
}

/** How this node fares; asked by `/health/ready` and by every request that arrives while it stops. */
export abstract class NodeHealth {
  /** True from the moment at which the node was told to stop. */
  abstract readonly isDraining: boolean;
  /** Writes something to the database and forgets it. @throws whatever keeps the node from writing. */
  abstract probeWrite(): Promise<void>;
}

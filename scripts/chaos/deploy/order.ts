/** What is to be done, as it is handed from the process that builds to the one that drives. */
import type { PartName } from './parts.js';
import type { Stage } from './stage.js';

export interface Order extends Pick<
  Stage,
  'folder' | 'products' | 'seconds' | 'rows' | 'clients' | 'perSecond' | 'seed'
> {
  readonly parts: readonly PartName[];
}

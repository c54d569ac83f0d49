/** Wires what tells systems and chat rooms of the house: where they are, what guards the way, and what sends. */
import type { FactoryProvider } from '@nestjs/common';
import type { Pool } from 'pg';
import { EndpointGuard } from '../../delivery/endpoints/endpoint-guard.js';
import { EndpointQueue } from '../../delivery/endpoints/endpoint-queue.js';
import { Poster } from '../../delivery/endpoints/poster.js';
import { Resends } from '../../delivery/endpoints/resends.js';
import { TryOuts } from '../../delivery/endpoints/try-out.js';
import { DeliveryLoop } from '../../delivery/outbound/delivery-loop.js';
import { Configuration } from '../../directory/configuration.js';
import { Endpoints } from '../../directory/endpoints.js';
import type { HttpOptions } from '../../http/http-options.js';
import { EndpointLog } from '../../reports/endpoint-log.js';
import type { NowSql } from '../../store/now.js';
import { errorFields, type Logger } from '../logging.js';
import type { Settings } from '../settings.js';
import { made } from './made.js';

export interface EndpointFoundations {
  readonly pool: Pool;
  readonly now: NowSql;
  readonly logger: Logger;
  readonly httpOptions: HttpOptions;
  readonly settings: Pick<Settings, 'privateEndpoints'>;
}

export function endpointRooms(foundations: EndpointFoundations): FactoryProvider[] {
  const { pool, now, logger, httpOptions, settings } = foundations;
  const notNoted = (error: unknown): void =>
    logger.error(errorFields(error), 'What an endpoint answered could not be noted; it is told again');
  const notRefreshed = (error: unknown): void =>
    logger.warn(errorFields(error), 'That an endpoint was switched off is not known here yet');
  return [
    made(Endpoints, [], () => new Endpoints(pool, now)),
    made(EndpointGuard, [], () => new EndpointGuard({ allowPrivate: settings.privateEndpoints === '1' })),
    made(Poster, [EndpointGuard], (guard) => new Poster(guard)),
    made(
      EndpointQueue,
      [Poster, Configuration, Endpoints],
      (poster, configuration, endpoints) =>
        new EndpointQueue({
          pool,
          now,
          poster,
          names: {
            department: (key, locale) =>
              configuration.newest('department', key)?.body.publicName[locale] ?? null,
            caseUrl: (caseId) => `${httpOptions.publicUrl}/api/v1/cases/${caseId}`,
          },
          onSwitchedOff: () => void endpoints.refresh().catch(notRefreshed),
          report: notNoted,
        }),
    ),
    made(TryOuts, [Poster], (poster) => new TryOuts(pool, now, poster)),
    made(EndpointLog, [], () => new EndpointLog(pool)),
    made(Resends, [DeliveryLoop], (loop) => new Resends(pool, now, () => loop.wake())),
  ];
}

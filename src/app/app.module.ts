/**
 * The whole application: the rooms below and the HTTP surface above them, or as much of it as the node's role needs.
 */
import { Module, type DynamicModule } from '@nestjs/common';
import { ContractDocument } from '../http/documents/documents.controller.js';
import { HttpModule } from '../http/http.module.js';
import { HealthController } from '../http/operations/health.controller.js';
import { RouteTable } from '../http/route-table.js';
import { RoomsModule, type Foundations } from './rooms.module.js';
import type { Settings } from './settings.js';

/** What a worker answers: health and metrics. Nobody should find an API on it by accident. */
@Module({ controllers: [HealthController], providers: [ContractDocument, RouteTable] })
class WorkerHttpModule {}

@Module({})
export class AppModule {
  static on(foundations: Foundations, role: Settings['role']): DynamicModule {
    const rooms = RoomsModule.on(foundations);
    const imports = role === 'worker' ? [rooms, WorkerHttpModule] : [HttpModule.with([rooms])];
    return { module: AppModule, imports };
  }
}

/**
 * The same through the ordinary tools of a NestJS team: Fastify, class-validator, and TypeORM's `transaction` with a
 * pessimistic lock and a `save()` for each row. The packages are the product's own, at its versions.
 */
import 'reflect-metadata';
import {
  Body,
  ConflictException,
  Controller,
  HttpCode,
  Inject,
  Module,
  Param,
  Post,
  ValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import { Column, DataSource, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { type CaseState, type CommandBody, move } from './case-life.js';

@Entity('cases')
class CaseEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  state: string;

  @Column('smallint')
  level: number;

  @Column('integer')
  revision: number;

  @Index({ where: 'due_at IS NOT NULL' })
  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: Date | null;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}

@Entity('events')
@Index(['caseId', 'revision'], { unique: true })
class EventEntity {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('integer')
  revision: number;

  @Column('text')
  type: string;

  @Column('jsonb')
  data: CommandBody;

  @Column('timestamptz')
  at: Date;
}

@Entity('notifications')
class NotificationEntity {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('integer')
  revision: number;

  @Column('text')
  key: string;

  @Column('timestamptz', { name: 'sent_at', nullable: true })
  sentAt: Date | null;
}

class CommandDto {
  @IsOptional() @IsString() @MaxLength(200) subject?: string;
  @IsOptional() @IsString() @MaxLength(5_000) description?: string;
  @IsOptional() @IsString() @MaxLength(2_000) expectedOutcome?: string;
  @IsOptional() @IsString() @MaxLength(50) category?: string;
  @IsOptional() @IsString() @MaxLength(50) channel?: string;
  @IsOptional() @IsString() @MaxLength(200) customer?: string;
  @IsOptional() @IsString() @MaxLength(50) department?: string;
  @IsOptional() @IsString() @MaxLength(2_000) purpose?: string;
  @IsOptional() @IsArray() @IsString({ each: true }) evidence?: string[];
  @IsOptional() @IsString() @MaxLength(2_000) reason?: string;
  @IsOptional() @IsString() @MaxLength(5_000) solution?: string;
  @IsOptional() @IsString() @MaxLength(2_000) rootCause?: string;
}

@Controller()
class CasesController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Post('cases/:id/:command')
  @HttpCode(201)
  act(
    @Param('id') id: string,
    @Param('command') command: string,
    @Body() body: CommandDto,
  ): Promise<CaseState & { id: string }> {
    return this.dataSource.transaction(async (manager) => {
      const found = await manager.findOne(CaseEntity, {
        where: { id },
        lock: { mode: 'pessimistic_write' },
      });
      const to = move(found, command);
      if (!to) throw new ConflictException(`refused: ${command}`);
      const { state, level, revision, dueInMs } = to;
      const now = new Date();
      const dueAt = dueInMs === null ? null : new Date(now.getTime() + dueInMs);
      const moved = found ?? manager.create(CaseEntity, { id });
      await manager.save(Object.assign(moved, { state, level, revision, dueAt, updatedAt: now }));
      const event = {
        caseId: id,
        revision,
        type: command,
        data: Object.fromEntries(Object.entries(body)),
        at: now,
      };
      await manager.save(manager.create(EventEntity, event));
      const notice = { caseId: id, revision, key: `case.${command}`, sentAt: null };
      await manager.save(manager.create(NotificationEntity, notice));
      return { id, ...to };
    });
  }
}

const ENTITIES = [CaseEntity, EventEntity, NotificationEntity];

@Module({
  controllers: [CasesController],
  providers: [
    {
      provide: DataSource,
      useFactory: () =>
        new DataSource({
          type: 'postgres',
          url: process.env['DATABASE_URL'] ?? '',
          entities: ENTITIES,
          synchronize: true,
        }).initialize(),
    },
  ],
})
class CasesModule {}

const app = await NestFactory.create<NestFastifyApplication>(CasesModule, new FastifyAdapter(), {
  logger: ['error'],
});
app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }));
await app.listen(Number(process.env['PORT']), '127.0.0.1');

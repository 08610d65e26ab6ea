import { ConsoleLogger, Controller, Get, Header, Inject, Logger } from '@nestjs/common';
import type { INestApplication, Provider, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { getContract } from '@bff/contracts';
import type { Contract, ServiceName } from '@bff/contracts';
import { limitConnections, DEFAULT_BOUNDS, createFastifyOptions, toProblem } from '@bff/http-server';
import type { ServerBounds } from '@bff/http-server';
import { Metrics, serveMetrics } from '@bff/observability';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { AnswerCheckInterceptor } from './answer-check.interceptor.js';
import { migrate, openDatabase, openForWrites, retryUntilDatabaseAnswers } from '@bff/database';
import { DATABASE, WRITES } from './database.token.js';
import type { Migrations } from '@bff/database';
import { participantMigrations } from './participant.tables.js';
import type { ParticipantTables } from './participant.tables.js';
import type { EmittedEvents } from './emitted-events.js';
import { EventWriter } from './event-writer.js';
import { Participant } from './participant.js';
import { ServiceEvents } from './service-events.js';
import { rejectUnroutable, ProblemFilter } from './problem.filter.js';

const CONTRACT = Symbol('CONTRACT');

/** A lower-level service: its contract, its migrations, its controllers and their providers. */
export interface ServiceDefinition<Tables extends ParticipantTables> {
  readonly service: ServiceName;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly databaseUrl: string;
  /** The database of the event log, to which the service publishes. It need not respond for the service to work. */
  readonly eventsDatabaseUrl: string;
  readonly emits: EmittedEvents<Tables>;
  readonly production: boolean;
  /** The Bearer token that `/metrics` requires; in production, metrics are not served without one. */
  readonly metricsToken: string | undefined;
  /** The maximum number of connections, and the time in which a request must arrive. */
  readonly bounds?: ServerBounds;
  readonly migrations: Migrations;
  /** Fills an empty database. Called at every start, so it must be idempotent. */
  readonly seed?: (database: Kysely<Tables>) => Promise<void>;
  readonly controllers: readonly Type[];
  readonly providers: readonly Provider[];
  /** Logs errors only. For tests. */
  readonly quiet?: boolean;
}

/** A service that is ready. */
export interface RunningService<Tables> {
  /** Its base URL, without a slash at its end. */
  readonly url: string;
  readonly database: Kysely<Tables>;
  close(): Promise<void>;
}

@Controller()
class DocumentController {
  constructor(@Inject(CONTRACT) private readonly contract: Contract) {}

  @Get('openapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  document(): object {
    return this.contract.document;
  }
}

@Controller('health')
class HealthController {
  constructor(@Inject(DATABASE) private readonly database: Kysely<ParticipantTables>) {}

  @Get('live')
  live(): object {
    return { status: 'live' };
  }

  /** Ready means that the database responds. */
  @Get('ready')
  async ready(): Promise<object> {
    await sql`select 1`.execute(this.database);
    return { status: 'ready' };
  }
}

/** Waits for the database, migrates and seeds it, then serves the contract. Resolves when the service is ready. */
export async function startService<Tables extends ParticipantTables>(
  definition: ServiceDefinition<Tables>,
): Promise<RunningService<Tables>> {
  const logger = new ConsoleLogger(definition.service, {
    json: true,
    logLevels: definition.quiet ? ['error', 'fatal'] : ['log', 'warn', 'error', 'fatal'],
  });
  const onFailure = (error: Error): void => {
    logger.warn(`A database connection was lost: ${error.message}`);
  };
  const database = openDatabase<Tables>(definition.databaseUrl, onFailure);
  const writes = openForWrites<Tables>(definition.databaseUrl, onFailure);
  const events = new ServiceEvents(definition, database, logger);
  await retryUntilDatabaseAnswers(definition.databaseUrl, logger, async () => {
    await migrate(definition.databaseUrl, { ...participantMigrations, ...definition.migrations });
    await events.migrate();
    await definition.seed?.(database);
    await events.writeEventsOfRows();
  });
  const app = await createApp(definition, { database, writes, events }, logger);
  await app.listen(definition.port, definition.host);
  events.startRelay();
  const url = await getUrl(app, definition.host);
  new Logger(definition.service).log(`The ${definition.service} service answers at ${url}`);
  return { url, database, close: () => app.close() };
}

interface ServiceParts<Tables extends ParticipantTables> {
  readonly database: Kysely<Tables>;
  readonly writes: Kysely<Tables>;
  readonly events: ServiceEvents<Tables>;
}

async function createApp<Tables extends ParticipantTables>(
  definition: ServiceDefinition<Tables>,
  { database, writes, events }: ServiceParts<Tables>,
  logger: ConsoleLogger,
): Promise<NestFastifyApplication> {
  const close = async (): Promise<void> => {
    await events.close();
    await Promise.all([database.destroy(), writes.destroy()]);
  };
  const { bounds = DEFAULT_BOUNDS } = definition;
  class ServiceModule {}
  const app = await NestFactory.create<NestFastifyApplication>(
    {
      module: ServiceModule,
      controllers: [...definition.controllers, DocumentController, HealthController],
      providers: [
        { provide: DATABASE, useValue: database },
        { provide: WRITES, useValue: writes },
        { provide: CONTRACT, useValue: getContract(definition.service) },
        { provide: Symbol('CLOSE'), useValue: { onApplicationShutdown: close } },
        { provide: EventWriter, useValue: events.writer },
        Participant,
        ...definition.providers,
      ],
    },
    new FastifyAdapter({
      bodyLimit: 256 * 1024,
      frameworkErrors: rejectUnroutable,
      ...createFastifyOptions(bounds, toProblem),
    }),
    { logger, abortOnError: false },
  );
  limitConnections(app.getHttpAdapter().getInstance(), bounds, toProblem);
  const { production, metricsToken: token } = definition;
  const metrics = new Metrics();
  events.registerGauges(metrics);
  serveMetrics(app.getHttpAdapter().getInstance(), metrics, { token, production });
  app.useGlobalFilters(new ProblemFilter());
  if (!production) app.useGlobalInterceptors(new AnswerCheckInterceptor());
  app.enableShutdownHooks();
  return app;
}

async function getUrl(app: INestApplication, host: string): Promise<string> {
  const { port } = new URL(await app.getUrl());
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { DatabaseModule } from '#libs/database/database.module.js';
import { Database } from '#libs/database/database.js';
import { Leader } from '#libs/database/leader.js';
import { MediaSandbox } from '#libs/media/sandbox/media-sandbox.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { jobKinds, type JobKind } from '#libs/queue/job-kinds.js';
import { JobRunner, type JobHandlers } from '#libs/queue/job-runner.js';
import { Leases } from '#libs/queue/leases.js';
import { QueueModule } from '#libs/queue/queue.module.js';
import { Reconciler } from '#libs/queue/reconciler.js';
import { StorageModule } from '#libs/storage/storage.module.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER, TelemetryModule } from '#libs/telemetry/telemetry.module.js';
import { DeleteObjectsHandler } from './delete-objects/delete-objects.handler.js';
import { Heartbeat } from './housekeeping/heartbeat.js';
import { Housekeeping } from './housekeeping/housekeeping.js';
import { ProcessAssetHandler } from './process-asset/process-asset.handler.js';
import { CAPABILITIES, findCapabilities, type Capabilities } from './running/capabilities.js';
import { toFailure } from './running/failure.js';
import { consumerOf, type JobConsumer } from './running/job-consumer.js';
import { TempFolders } from './running/temp-folders.js';
import { WorkerLifecycle } from './worker-lifecycle.js';

/** Of all that may hold advisory locks on the database, the number of the worker that leads. */
const HOUSEKEEPING_LOCK = 4_201;

/** Rounds that a leader may miss before another worker leads. */
const LEADER_SILENCE = 2;

const HANDLERS = Symbol('handlers');
const WORKER_ID = Symbol('worker id');

const ProcessAssetConsumer = consumerOf('process-asset');
const DeleteObjectsConsumer = consumerOf('delete-objects');

@Module({})
export class WorkerModule {
  static forRoot(settings: Settings, logger: Logger): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.forRoot(settings),
        TelemetryModule.forRoot(logger),
        DatabaseModule.forRoot('media-inbox-worker'),
        QueueModule,
        StorageModule,
      ],
      providers: [
        { provide: WORKER_ID, useValue: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}` },
        { provide: TempFolders, useValue: new TempFolders(settings.WORKER_TEMP_DIR) },
        {
          provide: MediaSandbox,
          // The hooks crash and hang a decoder at a word in the file: for tests, and for nobody else.
          useFactory: () =>
            new MediaSandbox({
              size: settings.WORKER_CONCURRENCY,
              memoryLimitBytes: settings.DECODER_MEMORY_MB * 1024 ** 2,
              testHooks: settings.NODE_ENV === 'test',
            }),
        },
        { provide: CAPABILITIES, useFactory: () => findCapabilities(settings, logger) },
        ProcessAssetHandler,
        DeleteObjectsHandler,
        {
          // Total: a kind of job without a handler does not compile.
          provide: HANDLERS,
          inject: [ProcessAssetHandler, DeleteObjectsHandler],
          useFactory: (processAsset: ProcessAssetHandler, deleteObjects: DeleteObjectsHandler): JobHandlers => ({
            'process-asset': processAsset,
            'delete-objects': deleteObjects,
          }),
        },
        {
          provide: JobRunner,
          inject: [Database, Dispatcher, HANDLERS, WORKER_ID, SETTINGS, LOGGER],
          useFactory: makeRunner,
        },
        {
          provide: Heartbeat,
          inject: [Database, WORKER_ID, CAPABILITIES, LOGGER],
          useFactory: (database: Database, workerId: string, capabilities: Capabilities, log: Logger) =>
            new Heartbeat(database, workerId, capabilities, log),
        },
        {
          provide: Housekeeping,
          inject: [Database, Dispatcher, HANDLERS, SETTINGS, LOGGER],
          useFactory: makeHousekeeping,
        },
        ProcessAssetConsumer,
        DeleteObjectsConsumer,
        {
          provide: WorkerLifecycle,
          inject: [
            ProcessAssetConsumer,
            DeleteObjectsConsumer,
            JobRunner,
            Heartbeat,
            Housekeeping,
            MediaSandbox,
            TempFolders,
          ],
          useFactory: (
            processAsset: JobConsumer,
            deleteObjects: JobConsumer,
            runner: JobRunner,
            heartbeat: Heartbeat,
            housekeeping: Housekeeping,
            sandbox: MediaSandbox,
            temp: TempFolders,
          ) =>
            new WorkerLifecycle({
              settings,
              consumers: [processAsset, deleteObjects],
              runner,
              heartbeat,
              housekeeping,
              sandbox,
              temp,
            }),
        },
      ],
    };
  }
}

function makeRunner(
  database: Database,
  dispatcher: Dispatcher,
  handlers: JobHandlers,
  workerId: string,
  settings: Settings,
  logger: Logger,
): JobRunner {
  const leaseSeconds = settings.JOB_LEASE_SECONDS;
  const timeouts: Record<JobKind, number> = {
    'process-asset': settings.PROCESS_ASSET_TIMEOUT_SECONDS,
    'delete-objects': jobKinds['delete-objects'].timeoutSeconds,
  };
  return new JobRunner({
    database,
    dispatcher,
    handlers,
    toFailure,
    leaseSeconds,
    logger,
    leases: new Leases(database, workerId, leaseSeconds),
    timeoutSeconds: (kind) => timeouts[kind],
  });
}

function makeHousekeeping(
  database: Database,
  dispatcher: Dispatcher,
  handlers: JobHandlers,
  settings: Settings,
  logger: Logger,
): Housekeeping {
  return new Housekeeping(
    new Leader(settings.DATABASE_URL, HOUSEKEEPING_LOCK, settings.RECONCILE_INTERVAL_SECONDS * LEADER_SILENCE * 1000),
    new Reconciler(database, dispatcher, handlers, logger),
    database,
    dispatcher,
    settings.RECONCILE_INTERVAL_SECONDS,
    logger,
  );
}

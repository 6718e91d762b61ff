import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { DatabaseModule } from '#libs/database/database.module.js';
import { Database } from '#libs/database/database.js';
import { Leader } from '#libs/database/leader.js';
import { giveUpWith } from '#libs/giving-up/give-up.js';
import { LiveClusterModule } from '#libs/live/live-cluster.module.js';
import { MediaSandbox } from '#libs/media/sandbox/media-sandbox.js';
import type { LeaseStore } from '#libs/playback/lease-store.js';
import { LEASES, LeasesModule } from '#libs/playback/leases.module.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { JOB_KINDS, jobKinds } from '#libs/queue/job-kinds.js';
import { JobRunner, type JobHandler, type JobHandlers } from '#libs/queue/job-runner.js';
import { Leases } from '#libs/queue/leases.js';
import { QueueModule } from '#libs/queue/queue.module.js';
import { Reconciler } from '#libs/queue/reconciler.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE, StorageModule } from '#libs/storage/storage.module.js';
import { QuotasModule } from '#libs/quotas/quotas.module.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER, TelemetryModule } from '#libs/telemetry/telemetry.module.js';
import { CONSUMER_CLASSES, HANDLER_CLASSES } from './handlers.js';
import { Heartbeat } from './housekeeping/heartbeat.js';
import { Housekeeping } from './housekeeping/housekeeping.js';
import { PlaybackRound } from './housekeeping/playback-round.js';
import { CAPABILITIES, findCapabilities, type Capabilities } from './running/capabilities.js';
import { toFailure } from './running/failure.js';
import type { JobConsumer } from './running/job-consumer.js';
import { QueueTrouble } from './running/queue-trouble.js';
import { TempFolders } from './running/temp-folders.js';
import { VirusScanner } from './running/virus-scanner.js';
import { STREAM_SANDBOX } from './transcode-video/transcode-video.handler.js';
import { WorkerLifecycle } from './worker-lifecycle.js';

/** Of all that may hold advisory locks on the database, the number of the worker that leads. */
const HOUSEKEEPING_LOCK = 4_201;

/** Rounds that a leader may miss before another worker leads. */
const LEADER_SILENCE = 2;

const HANDLERS = Symbol('handlers');
const WORKER_ID = Symbol('worker id');
const CONSUMERS = Symbol('consumers');

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
        LiveClusterModule,
        LeasesModule,
        QuotasModule,
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
        { provide: VirusScanner, useValue: new VirusScanner(settings) },
        {
          provide: STREAM_SANDBOX,
          // What encoders need besides is added for each run, by its picture sizes.
          useFactory: () =>
            new MediaSandbox({
              size: settings.TRANSCODE_CONCURRENCY,
              memoryLimitBytes: settings.DECODER_MEMORY_MB * 1024 ** 2,
            }),
        },
        ...HANDLER_CLASSES,
        {
          provide: HANDLERS,
          inject: HANDLER_CLASSES,
          useFactory: (...handlers: JobHandler[]) =>
            Object.fromEntries(JOB_KINDS.map((kind, index) => [kind, handlers[index]])),
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
          inject: [Database, Dispatcher, LEASES, OBJECT_STORE, SETTINGS, LOGGER],
          useFactory: makeHousekeeping,
        },
        QueueTrouble,
        ...CONSUMER_CLASSES,
        { provide: CONSUMERS, inject: CONSUMER_CLASSES, useFactory: (...consumers: JobConsumer[]) => consumers },
        {
          provide: WorkerLifecycle,
          inject: [CONSUMERS, JobRunner, Heartbeat, Housekeeping, MediaSandbox, STREAM_SANDBOX, TempFolders],
          useFactory: (
            consumers: JobConsumer[],
            runner: JobRunner,
            heartbeat: Heartbeat,
            housekeeping: Housekeeping,
            sandbox: MediaSandbox,
            streamSandbox: MediaSandbox,
            temp: TempFolders,
          ) =>
            new WorkerLifecycle({
              settings,
              consumers,
              runner,
              heartbeat,
              housekeeping,
              sandboxes: [sandbox, streamSandbox],
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
  return new JobRunner({
    database,
    dispatcher,
    handlers,
    giveUp: giveUpWith(leaseSeconds),
    toFailure,
    leaseSeconds,
    logger,
    leases: new Leases(database, workerId, leaseSeconds),
    timeoutSeconds: (kind) =>
      kind === 'process-asset' ? settings.PROCESS_ASSET_TIMEOUT_SECONDS : jobKinds[kind].timeoutSeconds,
  });
}

function makeHousekeeping(
  database: Database,
  dispatcher: Dispatcher,
  leases: LeaseStore,
  store: ObjectStore,
  settings: Settings,
  logger: Logger,
): Housekeeping {
  return new Housekeeping(
    new Leader(settings.DATABASE_URL, HOUSEKEEPING_LOCK, settings.RECONCILE_INTERVAL_SECONDS * LEADER_SILENCE * 1000),
    new Reconciler(database, dispatcher, giveUpWith(settings.JOB_LEASE_SECONDS), logger),
    database,
    dispatcher,
    new PlaybackRound(database, leases),
    settings.RECONCILE_INTERVAL_SECONDS,
    { leaseSeconds: settings.JOB_LEASE_SECONDS, trashDays: settings.TRASH_RETENTION_DAYS },
    { notificationDays: settings.NOTIFICATION_RETENTION_DAYS, store },
    logger,
  );
}

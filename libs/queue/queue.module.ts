import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';
import { connectQueues, type QueueConnection } from './connection.js';
import { Dispatcher } from './dispatcher.js';
import { JOB_KINDS } from './job-kinds.js';

const CONNECTION = Symbol('queue connection');

@Global()
@Module({
  providers: [
    {
      provide: CONNECTION,
      inject: [SETTINGS, LOGGER],
      useFactory: (settings: Settings, logger: Logger) =>
        connectQueues(settings, { onError: (error) => logger.warn({ error }, 'the queue is away: trying again') }),
    },
  ],
  exports: [CONNECTION],
})
class QueueConnectionModule implements OnApplicationShutdown {
  constructor(@Inject(CONNECTION) private readonly connection: QueueConnection) {}

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}

/** BullMQ on the backend that the settings choose, with one queue a kind of job. */
@Global()
@Module({
  imports: [
    QueueConnectionModule,
    BullModule.forRootAsync({
      inject: [CONNECTION],
      useFactory: (connection: QueueConnection) => ({ connection: connection.options }),
    }),
    BullModule.registerQueue(...JOB_KINDS.map((name) => ({ name }))),
  ],
  providers: [
    {
      provide: Dispatcher,
      inject: [CONNECTION, LOGGER, ...JOB_KINDS.map((kind) => getQueueToken(kind))],
      useFactory: (connection: QueueConnection, logger: Logger, ...queues: Queue[]) => {
        for (const queue of queues) queue.on('error', (error) => logger.warn({ error }, `queue ${queue.name}`));
        const byKind = new Map(JOB_KINDS.map((kind, index) => [kind, queues[index] as Queue]));
        return new Dispatcher(byKind, () => connection.isUp(), logger);
      },
    },
  ],
  exports: [Dispatcher, BullModule],
})
export class QueueModule {}

import { Processor, WorkerHost, OnWorkerEvent } from '@nestjs/bullmq';
import { Inject, type Type } from '@nestjs/common';
import type { Settings } from '#libs/config/settings.js';
import { jobKinds, type JobKind } from '#libs/queue/job-kinds.js';
import { JobRunner } from '#libs/queue/job-runner.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';
import { QueueTrouble } from './queue-trouble.js';

/** How long a queue that refuses connections is left alone; BullMQ would wait for 15 s. */
const RETRY_DELAY_MS = 1_000;

/** A BullMQ worker whose jobs say only "there is work of this kind": the runner finds out which. */
export abstract class JobConsumer extends WorkerHost {
  abstract readonly kind: JobKind;

  constructor(
    @Inject(JobRunner) private readonly runner: JobRunner,
    @Inject(QueueTrouble) private readonly trouble: QueueTrouble,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  override process(): Promise<void> {
    return this.runner.runNext(this.kind);
  }

  start({ WORKER_CONCURRENCY, TRANSCODE_CONCURRENCY }: Settings): void {
    const { concurrency } = jobKinds[this.kind];
    const settings = { setting: WORKER_CONCURRENCY, 'transcode-setting': TRANSCODE_CONCURRENCY };
    this.worker.concurrency = typeof concurrency === 'number' ? concurrency : settings[concurrency];
    this.worker.run().catch((error: unknown) => this.logger.error({ error, kind: this.kind }, 'consuming ended'));
  }

  /** Takes no more jobs; resolves when those under way have ended. */
  async stop(): Promise<void> {
    await this.worker.close();
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.trouble.tell(this.kind, error);
  }
}

/** The consumer class of one kind: Nest wants a decorated class for each queue. */
export function consumerOf(kind: JobKind): Type<JobConsumer> {
  @Processor(kind, { autorun: false, runRetryDelay: RETRY_DELAY_MS })
  class Consumer extends JobConsumer {
    readonly kind = kind;
  }
  return Consumer;
}

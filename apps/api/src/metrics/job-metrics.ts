import { Inject, Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { Database } from '#libs/database/database.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';
import { countWorkers } from '../health/count-workers.js';
import { remembered } from '../health/remembered.js';
import { countJobs, type KindCounts } from '../jobs/count-jobs.js';

const REMEMBERED_MS = 5_000;

const STATES = ['waiting', 'active', 'delayed', 'completed', 'failed', 'cancelled'] as const;

/** What the database knows about jobs and workers, as gauges: the same whichever API process is asked. */
@Injectable()
export class JobMetrics {
  private readonly up: Gauge;
  private readonly jobs: Gauge<'kind' | 'state'>;
  private readonly oldest: Gauge<'kind'>;
  private readonly paused: Gauge<'kind'>;
  private readonly workers: Gauge;

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
    registry: Registry,
  ) {
    const registers = [registry];
    this.up = new Gauge({
      name: 'media_inbox_database_up',
      help: '1 when the gauges about jobs and workers could be read',
      registers,
    });
    this.jobs = new Gauge({
      name: 'media_inbox_jobs',
      help: 'Jobs on record',
      labelNames: ['kind', 'state'],
      registers,
    });
    this.oldest = new Gauge({
      name: 'media_inbox_job_oldest_waiting_seconds',
      help: 'How long the job has been ready to run that has been so the longest',
      labelNames: ['kind'],
      registers,
    });
    this.paused = new Gauge({
      name: 'media_inbox_queue_paused',
      help: '1 when the queue is paused',
      labelNames: ['kind'],
      registers,
    });
    this.workers = new Gauge({
      name: 'media_inbox_workers',
      help: 'Workers seen in the last 30 s',
      registers,
    });
  }

  /** Reads them anew when they are some seconds old. Without a database the other metrics still tell what they know. */
  async refresh(): Promise<void> {
    try {
      await this.read();
      this.up.set(1);
    } catch (error) {
      this.logger.warn({ error }, 'metrics of jobs cannot be read');
      this.up.set(0);
      for (const gauge of [this.jobs, this.oldest, this.paused]) gauge.reset();
      this.workers.remove();
    }
  }

  private readonly read = remembered(REMEMBERED_MS, async () => {
    const [kinds, workers] = await Promise.all([countJobs(this.database), countWorkers(this.database)]);
    for (const counts of kinds) this.show(counts);
    this.workers.set(workers);
  });

  private show(counts: KindCounts): void {
    const { kind } = counts;
    for (const state of STATES) this.jobs.set({ kind, state }, counts[state]);
    this.oldest.set({ kind }, counts.oldestWaitingSeconds);
    this.paused.set({ kind }, counts.paused ? 1 : 0);
  }
}

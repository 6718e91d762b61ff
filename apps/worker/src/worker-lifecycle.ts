import type { Settings } from '#libs/config/settings.js';
import type { MediaSandbox } from '#libs/media/sandbox/media-sandbox.js';
import type { JobRunner } from '#libs/queue/job-runner.js';
import type { Heartbeat } from './housekeeping/heartbeat.js';
import type { Housekeeping } from './housekeeping/housekeeping.js';
import type { JobConsumer } from './running/job-consumer.js';
import type { TempFolders } from './running/temp-folders.js';

/** Of the time that a stop may take, what is kept for writing down what is handed back, and for closing connections. */
const RESERVE_SECONDS = 3;

export interface WorkerParts {
  settings: Settings;
  consumers: readonly JobConsumer[];
  runner: JobRunner;
  heartbeat: Heartbeat;
  housekeeping: Housekeeping;
  sandboxes: readonly MediaSandbox[];
  temp: TempFolders;
}

/** The order in which a worker starts and stops. */
export class WorkerLifecycle {
  constructor(private readonly parts: WorkerParts) {}

  async start(): Promise<void> {
    const { settings, consumers, runner, heartbeat, housekeeping, temp } = this.parts;
    await temp.sweep();
    await heartbeat.start();
    runner.start();
    housekeeping.start();
    for (const consumer of consumers) consumer.start(settings);
  }

  /**
   * 1. No new jobs, and another worker may lead the housekeeping; jobs under way may finish within
   *    SHUTDOWN_TIMEOUT_SECONDS less RESERVE_SECONDS, then they are handed back. 2. This worker is no longer counted.
   * 3. Decoders end. Connections close after this, with the modules (each one's onApplicationShutdown).
   */
  async stop(): Promise<void> {
    const { settings, consumers, runner, heartbeat, housekeeping, sandboxes } = this.parts;
    const graceMs = Math.max(500, (settings.SHUTDOWN_TIMEOUT_SECONDS - RESERVE_SECONDS) * 1000);
    await Promise.all([...consumers.map((consumer) => consumer.stop()), runner.stop(graceMs), housekeeping.stop()]);
    await heartbeat.stop();
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  }
}

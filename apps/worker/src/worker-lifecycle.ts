import type { Settings } from '#libs/config/settings.js';
import type { MediaSandbox } from '#libs/media/sandbox/media-sandbox.js';
import type { JobRunner } from '#libs/queue/job-runner.js';
import type { Heartbeat } from './housekeeping/heartbeat.js';
import type { Housekeeping } from './housekeeping/housekeeping.js';
import type { JobConsumer } from './running/job-consumer.js';
import type { TempFolders } from './running/temp-folders.js';

export interface WorkerParts {
  settings: Settings;
  consumers: readonly JobConsumer[];
  runner: JobRunner;
  heartbeat: Heartbeat;
  housekeeping: Housekeeping;
  sandbox: MediaSandbox;
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
    for (const consumer of consumers) consumer.start(settings.WORKER_CONCURRENCY);
  }

  /**
   * 1. No new jobs; those under way may finish within SHUTDOWN_TIMEOUT_SECONDS less a reserve, then they are
   *    handed back. 2. Housekeeping ends and another worker may lead. 3. This worker is no longer counted.
   * 4. Decoders end. Connections close after this, with the modules.
   */
  async stop(): Promise<void> {
    const { settings, consumers, runner, heartbeat, housekeeping, sandbox } = this.parts;
    const graceMs = Math.max(500, (settings.SHUTDOWN_TIMEOUT_SECONDS - 3) * 1000);
    await Promise.all([...consumers.map((consumer) => consumer.stop()), runner.stop(graceMs)]);
    await housekeeping.stop();
    await heartbeat.stop();
    await sandbox.close();
  }
}

import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { loadSettings, SettingsError } from '#libs/config/settings.js';
import { stopOnSignal } from '#libs/lifecycle/stop-signal.js';
import { armFailpoint } from '#libs/lifecycle/failpoint.js';
import { createLogger, NestLogger } from '#libs/telemetry/logger.js';
import { WorkerLifecycle } from './worker-lifecycle.js';
import { WorkerModule } from './worker.module.js';

try {
  const settings = loadSettings();
  armFailpoint(settings.FAILPOINT);
  const logger = createLogger('worker', settings);
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(settings, logger), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const lifecycle = app.get(WorkerLifecycle);
  const stop = async (): Promise<void> => {
    await lifecycle.stop();
    await app.close();
  };
  stopOnSignal({ name: 'the worker', seconds: settings.SHUTDOWN_TIMEOUT_SECONDS, stop, logger });
  await lifecycle.start();
  logger.info({ concurrency: settings.WORKER_CONCURRENCY }, 'the worker takes jobs');
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}

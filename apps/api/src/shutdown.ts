import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { onStopSignal } from '#libs/lifecycle/stop-signal.js';
import type { Logger } from '#libs/telemetry/logger.js';

/**
 * Ends the API in phases: no new connections; requests under way finish, for `graceSeconds` at most;
 * then queue and database connections close (each module's onApplicationShutdown).
 */
export function stopOnSignal(app: NestFastifyApplication, graceSeconds: number, logger: Logger): void {
  onStopSignal((why) => {
    logger.info({ why }, 'the API is stopping');
    const server = app.getHttpServer();
    setTimeout(() => server.closeAllConnections(), graceSeconds * 1000).unref();
    app.close().then(
      () => {
        logger.info('the API has stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ error }, 'the API did not stop cleanly');
        process.exit(1);
      },
    );
  });
}

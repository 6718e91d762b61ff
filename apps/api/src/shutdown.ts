import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { stopOnSignal } from '#libs/lifecycle/stop-signal.js';
import type { Logger } from '#libs/telemetry/logger.js';

/** Of the time that a stop may take, what is kept for closing connections. */
const RESERVE_SECONDS = 2;

/**
 * Ends the API in phases: no new connections; requests under way finish, until RESERVE_SECONDS before the end of
 * `seconds`; then queue and database connections close (each module's onApplicationShutdown).
 */
export function stopApiOnSignal(app: NestFastifyApplication, seconds: number, logger: Logger): void {
  const stop = (): Promise<void> => {
    const server = app.getHttpServer();
    setTimeout(() => server.closeAllConnections(), Math.max(0.5, seconds - RESERVE_SECONDS) * 1000).unref();
    return app.close();
  };
  stopOnSignal({ name: 'the API', seconds, stop, logger });
}

import type { Logger } from '#libs/telemetry/logger.js';

export interface Stoppable {
  /** As log lines say it: the API, the worker. */
  name: string;
  /** What is not stopped by then ends as it is: a database that does not answer must not keep a process. */
  seconds: number;
  stop: () => Promise<void>;
  logger: Logger;
}

/** Stops in an orderly way when the process is asked to end, and ends it: with 0, or with 1 when it was not orderly. */
export function stopOnSignal({ name, seconds, stop, logger }: Stoppable): void {
  onStopSignal((why) => {
    logger.info({ why }, `${name} is stopping`);
    setTimeout(() => {
      logger.error({ seconds }, `${name} did not stop in time and ends as it is`);
      process.exit(1);
    }, seconds * 1000).unref();
    stop().then(
      () => {
        logger.info(`${name} has stopped`);
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ error }, `${name} did not stop cleanly`);
        process.exit(1);
      },
    );
  });
}

/**
 * Calls `stop` once, when this process is asked to end: SIGTERM, SIGINT, or the supervisor that started it
 * is gone. A second SIGTERM or SIGINT ends the process at once.
 */
function onStopSignal(stop: (why: string) => void): void {
  let stopping = false;
  const signal = (name: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    stop(name);
  };
  process.on('SIGTERM', () => signal('SIGTERM'));
  process.on('SIGINT', () => {
    // Ctrl-C reaches the whole process group; a supervisor sends its own SIGTERM after it.
    if (!process.connected) signal('SIGINT');
  });
  process.on('disconnect', () => {
    if (!stopping) signal('the supervisor is gone');
  });
}

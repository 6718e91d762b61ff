/**
 * Calls `stop` once, when this process is asked to end: SIGTERM, SIGINT, or the supervisor that started it
 * is gone. A second SIGTERM or SIGINT ends the process at once.
 */
export function onStopSignal(stop: (why: string) => void): void {
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

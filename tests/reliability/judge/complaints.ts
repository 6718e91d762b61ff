import type { StackProcess } from '../../support/stack-process.js';

const QUIET = new Set(['info', 'debug', 'trace']);

/** Lines of a process that was asked to stop in which it complains of something: none should. */
export function complaintsWhileStopping({ lines }: StackProcess): string[] {
  const asked = lines.findIndex((line) => line.includes('is stopping'));
  if (asked < 0) return ['it never said that it was stopping'];
  return lines.slice(asked).filter((line) => !QUIET.has(levelOf(line)));
}

/** Lines that are not JSON were written past the logger: by Prisma, by a library, by a crash. */
function levelOf(line: string): string {
  try {
    const { level } = JSON.parse(line) as { level?: unknown };
    return String(level);
  } catch {
    return 'not a line of the log';
  }
}

import type { StackProcess } from '../../support/stack-process.js';

const QUIET = new Set(['info', 'debug', 'trace']);

/** Lines of a process that was asked to stop in which it complains of something: none should. */
export function complaintsWhileStopping({ lines }: StackProcess): string[] {
  const asked = lines.findIndex(isStopping);
  if (asked < 0) return ['it never said that it was stopping'];
  return lines.slice(asked).filter((line) => !QUIET.has(fieldOf(line, 'level')));
}

/** From when it was told to until its last line, by its own clock: how long we wait for a busy machine is another matter. */
export function secondsToStop({ lines }: StackProcess): number {
  const asked = lines.findIndex(isStopping);
  const [first, last] = [lines[asked], lines.at(-1)].map((line) => Date.parse(fieldOf(line ?? '', 'time')));
  if (first === undefined || last === undefined) throw new Error('it never said that it was stopping');
  return (last - first) / 1000;
}

const isStopping = (line: string): boolean => line.includes('is stopping');

/** Lines that are not JSON were written past the logger: by Prisma, by a library, by a crash. */
function fieldOf(line: string, field: 'level' | 'time'): string {
  try {
    const fields = JSON.parse(line) as Record<string, unknown>;
    return String(fields[field]);
  } catch {
    return 'not a line of the log';
  }
}

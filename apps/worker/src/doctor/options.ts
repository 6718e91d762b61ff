import { parseArgs } from 'node:util';

export interface DoctorOptions {
  /** Mend what can be mended; otherwise nothing is changed. */
  fix: boolean;
  /** Also when most of the store or of the database would be given up. */
  force: boolean;
  json: boolean;
  /** What is younger than this is left alone: it may be half done. */
  graceMinutes: number;
}

export const USAGE = `usage: npm run doctor -- [--fix [--force]] [--grace MINUTES] [--json]

Compares the object store with the database and says what does not fit together.

  --fix            mend it; without, nothing is changed
  --force          with --fix: also when it would give up most of the store or of the database
  --grace MINUTES  leave alone what is younger than this (default 60)
  --json           the report as one JSON object

Exit code: 0 nothing is wrong, or all of it has been mended; 1 something is wrong; 2 it could not be found out.`;

/** The command line was not understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Null when help was asked for. @throws UsageError */
export function readOptions(args: readonly string[]): DoctorOptions | null {
  const { help, grace, ...flags } = parse(args);
  if (help) return null;
  if (!/^\d{1,6}$/.test(grace)) throw new UsageError('--grace takes a number of minutes');
  return { ...flags, graceMinutes: Number(grace) };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        fix: { type: 'boolean', default: false },
        force: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        grace: { type: 'string', default: '60' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

import type { Database } from '#libs/database/database.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { brake } from './mend/brake.js';
import { listStore } from './survey/list-store.js';
import { mend, type Mended } from './mend/mend.js';
import type { DoctorOptions } from './options.js';
import { Survey, type Diagnosis } from './survey/survey.js';

export interface DoctorParts {
  store: ObjectStore;
  database: Database;
  databaseUrl: string;
  /** Tells the person who waits how far it is. */
  say: (line: string) => void;
}

export interface Report extends Diagnosis {
  graceMinutes: number;
  /** What was done; null when nothing was to be changed. */
  mended: Mended[] | null;
  /** Why --fix changed nothing all the same. */
  refused: string | null;
}

/** Compares the store with the database and, with `fix`, mends what it can. */
export async function examine(parts: DoctorParts, options: Omit<DoctorOptions, 'json'>): Promise<Report> {
  const { store, database, databaseUrl, say } = parts;
  const { fix, force, graceMinutes } = options;
  const survey = await Survey.open(databaseUrl, graceMinutes);
  try {
    await listStore(store, survey, say);
    const diagnosis = await survey.search();
    const refused = fix && !force ? brake(diagnosis) : null;
    const mended = fix && refused === null ? await mend({ store, database, survey, say }, diagnosis) : null;
    return { graceMinutes, ...diagnosis, mended, refused };
  } finally {
    await survey.close();
  }
}

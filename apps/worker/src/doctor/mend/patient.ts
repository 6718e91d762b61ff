import type { Database } from '#libs/database/database.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import type { Survey } from '../survey/survey.js';

/** What every remedy works on. */
export interface Patient {
  store: ObjectStore;
  database: Database;
  survey: Survey;
  /** Tells the person who waits how far it is. */
  say: (line: string) => void;
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { POSTGRES_MAJOR } from './binaries.mjs';

/** Written inside the data folder when initdb and the creation of our database are through. */
export const COMPLETE_MARKER = 'media-inbox-complete';

/**
 * What stops a server from being started on a data folder, as one sentence that says what to do; null when nothing does.
 *
 * @param dataDirectory the PostgreSQL data folder; it need not exist
 */
export function dataDirectoryProblem(dataDirectory) {
  const missing = (name) => !existsSync(path.join(dataDirectory, name));
  if (missing('.') || readdirSync(dataDirectory).length === 0) return null;
  if (missing(COMPLETE_MARKER))
    return `The database folder ${dataDirectory} was left half-made by a start that was interrupted; it holds no data: remove it (rm -r '${dataDirectory}') and start again.`;
  if (missing('PG_VERSION') || missing('global/pg_control'))
    return `The database folder ${dataDirectory} is damaged: files of PostgreSQL are missing. Restore it from a backup, or remove it to begin with an empty database.`;
  const version = readFileSync(path.join(dataDirectory, 'PG_VERSION'), 'utf8').trim();
  if (version !== String(POSTGRES_MAJOR))
    return `The database folder ${dataDirectory} was made by PostgreSQL ${version}, but this version of Media Inbox brings PostgreSQL ${POSTGRES_MAJOR}: dump it with the older version, or set DATA_DIR to another folder.`;
  return null;
}

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { dataDirectoryProblem } from '../postgres/data-directory.mjs';
import { tryLock } from '../process-lock.mjs';
import { Refusal } from './refusal.mjs';

// Nobody else's business; PostgreSQL's own user, when we are root, must pass through.
const MODE = process.getuid?.() === 0 ? 0o711 : 0o700;

/**
 * Makes the data folder if need be, and takes it for this process.
 *
 * @param directory absolute path
 * @returns path and release()
 * @throws Refusal when it cannot be written or is in use
 */
export function openDataDirectory(directory) {
  checkWritable(directory);
  const lock = tryLock(path.join(directory, 'supervisor.lock'));
  if (!lock.release)
    throw new Refusal(
      `Media Inbox is already running on ${directory} (process ${lock.holder}): stop that one, or set DATA_DIR to another folder.`,
    );
  return { path: directory, release: lock.release };
}

function checkWritable(directory) {
  const probe = path.join(directory, `.write-test-${process.pid}`);
  try {
    makeFolder(directory);
    writeFileSync(probe, 'a few bytes');
    rmSync(probe);
  } catch (error) {
    throw new Refusal(
      `The data folder ${directory} cannot be written by ${userName()} (${error.code}): ` +
        'make it writable, or set DATA_DIR to another folder.',
    );
  }
}

/** A container may run under a number that no name belongs to. */
function userName() {
  try {
    return os.userInfo().username;
  } catch {
    return `user ${process.getuid()}`;
  }
}

/** mkdirSync's own recursion never ends where a folder cannot be made although its parent exists, such as in /proc. */
function makeFolder(directory) {
  if (existsSync(directory)) return;
  makeFolder(path.dirname(directory));
  mkdirSync(directory, { mode: MODE });
}

/**
 * @param directory the data folder
 * @throws Refusal when the database in there cannot be used
 */
export function checkDatabaseFolder(directory) {
  const problem = databaseProblem(path.join(directory, 'postgres'));
  if (problem) throw new Refusal(problem);
}

function databaseProblem(dataDirectory) {
  try {
    return dataDirectoryProblem(dataDirectory);
  } catch (error) {
    if (error.code === 'EACCES')
      return `The database folder ${dataDirectory} belongs to another user: start as that one (root, if it was made by root), or set DATA_DIR to another folder.`;
    if (error.code === 'ENOTDIR')
      return `${dataDirectory} is no folder: move it out of the way, the database goes there.`;
    throw error;
  }
}

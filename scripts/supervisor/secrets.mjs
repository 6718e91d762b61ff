import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from './refusal.mjs';
import { say } from './say.mjs';

const NAMES = ['JWT_SECRET', 'URL_SIGNING_SECRET', 'databasePassword', 'databaseSuperuserPassword'];

/**
 * The secrets of this installation: made at random on the first start, kept in DATA_DIR/secrets.json for its owner's
 * eyes only. What the environment sets goes first.
 *
 * @throws Refusal when the file is lost or broken while a database depends on it
 */
export function openSecrets(directory, environment) {
  const file = path.join(directory, 'secrets.json');
  const kept = existsSync(file) ? read(file) : {};
  const missing = NAMES.filter((name) => !kept[name]);
  if (missing.includes('databasePassword') && existsSync(path.join(directory, 'postgres')))
    throw new Refusal(
      `${file} is gone, and with it the password of the database beside it: put it back from a backup, or remove ${directory} to begin anew.`,
    );
  for (const name of missing) kept[name] = randomBytes(32).toString('hex');
  if (missing.length > 0) write(file, kept);
  const given = Object.fromEntries(NAMES.filter((name) => environment[name]).map((name) => [name, environment[name]]));
  return { ...kept, ...given };
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Refusal(`${file} cannot be read (${error.message}): put it back from a backup.`);
  }
}

/** Renamed into place, so that there is never half a file. */
function write(file, secrets) {
  say(`making secrets, kept in ${file}`);
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(temporary, file);
}

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { say } from './say.mjs';

/**
 * Makes the first admin when there is none. A password made at random is kept in a file until it has been shown:
 * a start that fails in between must not lock everybody out.
 *
 * @returns {email, password, isChosen, shown(): forget it}, or null when there is nothing to show
 */
export async function makeFirstAdmin(databaseUrl, directory) {
  const { readFirstAdmin } = await import('../../dist/libs/config/first-admin.js');
  const { seedAdmin } = await import('../../dist/prisma/seed.js');
  const file = path.join(directory, 'first-admin.json');
  const isChosen = Boolean(process.env.ADMIN_PASSWORD);
  const note = (made) => writeFileSync(file, JSON.stringify({ ...made, isChosen }), { mode: 0o600, flush: true });
  const { password } = await seedAdmin(databaseUrl, readFirstAdmin(), note);
  if (password) say('made the first admin');
  const admin = readNote(file);
  return admin && { ...admin, shown: () => rmSync(file) };
}

function readNote(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '../prepare/root.mjs';
import { announce } from './announce.mjs';
import { startApps } from './apps.mjs';
import { checkDatabaseFolder, openDataDirectory } from './data-directory.mjs';
import { openDatabase } from './database.mjs';
import { endLeftovers } from './leftovers.mjs';
import { checkPort } from './port.mjs';
import { untilReady } from './ready.mjs';
import { Refusal } from './refusal.mjs';
import { RuntimeFile } from './runtime-file.mjs';
import { say } from './say.mjs';
import { openSecrets } from './secrets.mjs';
import { readSettings } from './settings.mjs';
import { watchSources } from './watch.mjs';

/**
 * From nothing to a ready service. Everything that outlives a step is given to the teardown as soon as it exists.
 *
 * @param watch compile and restart on changes
 * @param teardown takes what has to be undone
 * @param signal aborted when the start is given up
 * @throws Refusal when something is in the way
 */
export async function bringUp({ watch, teardown, signal }) {
  checkBuild();
  const settings = await readSettings({ watch });
  const directory = openDataDirectory(settings.DATA_DIR);
  teardown.add(directory.release);
  await endLeftovers(directory.path);
  if (!process.env.DATABASE_URL) checkDatabaseFolder(directory.path);
  await checkPort(settings);

  const secrets = openSecrets(directory.path, process.env);
  const runtime = new RuntimeFile(directory.path);
  teardown.add(() => runtime.remove());
  signal.throwIfAborted();

  const database = await openDatabase({ directory: directory.path, secrets, teardown, runtime });
  signal.throwIfAborted();
  const admin = await database.prepare();
  signal.throwIfAborted();

  const environment = {
    ...process.env,
    NODE_ENV: settings.NODE_ENV,
    PORT: String(settings.PORT),
    DATA_DIR: directory.path,
    DATABASE_URL: database.url,
    JWT_SECRET: secrets.JWT_SECRET,
    URL_SIGNING_SECRET: secrets.URL_SIGNING_SECRET,
    ADMIN_PASSWORD: '',
  };
  const apps = await startApps({ environment, watch, runtime, teardown });
  await Promise.race([untilReady(settings, signal), apps.untilOneDies()]);
  apps.keep();
  database.keep();
  announce(settings, admin);
  if (watch) watchSources(apps, teardown);
}

function checkBuild() {
  const built = ['api', 'worker'].every((app) => existsSync(path.join(root, 'dist', 'apps', app, 'src', 'main.js')));
  if (!built) throw new Refusal('Nothing is built yet: run npm start, which does so first, or npm run build.');
  say('checking settings, data folder and port');
}

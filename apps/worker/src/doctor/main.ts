import { loadSettings, SettingsError } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { S3ObjectStore } from '#libs/storage/s3/s3-store.js';
import { makeObjectStore } from '#libs/storage/storage.module.js';
import { examine } from './examine.js';
import { readOptions, USAGE, UsageError } from './options.js';
import { exitCode, toText } from './report.js';

const say = (line: string): void => console.error(line);

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    console.log(USAGE);
    return 0;
  }
  const settings = loadSettings();
  const store = makeObjectStore(settings);
  const databaseUrl = settings.DATABASE_URL;
  const database = new Database({
    url: databaseUrl,
    poolSize: 2,
    applicationName: 'media-inbox-doctor',
    onIdleError: (error) => say(`an idle database connection was lost: ${error.message}`),
  });
  try {
    const report = await examine({ store, database, databaseUrl, say }, options);
    console.log(options.json ? JSON.stringify(report, null, 2) : toText(report));
    return exitCode(report);
  } finally {
    await database.close();
    if (store instanceof S3ObjectStore) store.close();
  }
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    if (error instanceof UsageError) say(`${error.message}\n\n${USAGE}`);
    else if (error instanceof SettingsError) say(error.message);
    else say(`The comparison could not be made: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  },
);

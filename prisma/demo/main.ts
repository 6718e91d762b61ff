import { loadSettings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { makeObjectStore } from '#libs/storage/storage.module.js';
import { S3ObjectStore } from '#libs/storage/s3/s3-store.js';
import { seedDemo } from './seed-demo.js';

/** npm run db:seed -- --demo */
async function main(): Promise<void> {
  const settings = loadSettings();
  const store = makeObjectStore(settings);
  const database = new Database({
    url: settings.DATABASE_URL,
    poolSize: 2,
    applicationName: 'media-inbox-seed',
    onIdleError: () => undefined,
  });
  try {
    const { owners, password, made } = await seedDemo(database, store, settings);
    console.log(`${made} files were put into ${owners.length} tenants; workers that run process them now.`);
    console.log(
      `Sign in as one of these, with the password ${password}\n${owners.map((email) => `  ${email}`).join('\n')}`,
    );
  } finally {
    await database.close();
    if (store instanceof S3ObjectStore) store.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

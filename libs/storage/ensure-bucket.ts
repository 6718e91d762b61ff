import { loadSettings, SettingsError } from '#libs/config/settings.js';
import { StoreUnavailableError } from './object-store.js';
import { ensureBucket } from './s3-bucket.js';
import { s3Connection } from './s3/client.js';

/** Makes the bucket of the settings ready and says so in a line; without S3_BUCKET there is nothing to do. */
async function main(): Promise<string> {
  const settings = loadSettings();
  const connection = s3Connection(settings);
  if (!connection) return 'S3_BUCKET is not set: objects are files below DATA_DIR, and there is no bucket to make.';
  const own = settings.PUBLIC_URL ? [new URL(settings.PUBLIC_URL).origin] : [];
  const corsOrigins = [...new Set([...settings.CORS_ORIGINS, ...own])];
  const { created } = await ensureBucket(connection, { corsOrigins });
  return `The bucket ${connection.bucket} ${created ? 'was created and' : 'was there and'} is ready for uploads.`;
}

try {
  console.log(await main());
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof StoreUnavailableError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

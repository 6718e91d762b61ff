import { S3ServiceException } from '@aws-sdk/client-s3';
import { loadSettings, SettingsError } from '#libs/config/settings.js';
import { StoreUnavailableError } from './object-store.js';
import { ensureBucket } from './s3/s3-bucket.js';
import { s3Connection } from './s3/client.js';
import { s3Code } from './s3/errors.js';

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
  if (error instanceof S3ServiceException)
    console.error(`The server refuses to make the bucket ready: ${s3Code(error)}: ${error.message}`);
  else if (error instanceof SettingsError || error instanceof StoreUnavailableError) console.error(error.message);
  else throw error;
  process.exitCode = 1;
}

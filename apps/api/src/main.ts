import 'reflect-metadata';
import { loadSettings, SettingsError } from '#libs/config/settings.js';
import { armFailpoint } from '#libs/lifecycle/failpoint.js';
import { createLogger } from '#libs/telemetry/logger.js';
import { createApp } from './create-app.js';
import { stopApiOnSignal } from './shutdown.js';

try {
  const settings = loadSettings();
  armFailpoint(settings.FAILPOINT);
  const logger = createLogger('api', settings);
  const app = await createApp(settings, logger);
  stopApiOnSignal(app, settings.SHUTDOWN_TIMEOUT_SECONDS, logger);
  await app.listen(settings.PORT, settings.HOST);
  logger.info({ url: await app.getUrl() }, 'the API listens');
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}

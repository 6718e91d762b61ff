import { randomBytes } from 'node:crypto';
import net from 'node:net';
import path from 'node:path';
import { root } from '../prepare/root.mjs';
import { Refusal } from './refusal.mjs';

/**
 * The settings as the apps will read them, so that a wrong one stops the start before anything is done.
 * What the supervisor provides itself (database, secrets) is made up here and never used.
 */
export async function readSettings({ watch }) {
  const { loadSettings, SettingsError } = await import('../../dist/libs/config/settings.js');
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const provided = {
    ...(watch && { NODE_ENV: 'development' }),
    DATABASE_URL: 'postgresql://embedded',
    JWT_SECRET: randomBytes(32).toString('hex'),
    URL_SIGNING_SECRET: randomBytes(32).toString('hex'),
  };
  try {
    const settings = loadSettings({ ...provided, ...given });
    const port = settings.PORT || (await freePort(settings.HOST));
    return { ...settings, PORT: port, DATA_DIR: path.resolve(root, settings.DATA_DIR) };
  } catch (error) {
    throw error instanceof SettingsError ? new Refusal(error.message) : error;
  }
}

/** PORT=0 asks for any; chosen here, because the address has to be known to those who wait for it. */
function freePort(host) {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, host, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

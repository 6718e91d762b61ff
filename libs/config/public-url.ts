import type { Settings } from './settings.js';

/** Where clients reach the API, without a slash at the end; on a laptop, where nothing is set, the machine itself. */
export const publicUrl = (settings: Settings): string =>
  (settings.PUBLIC_URL ?? `http://localhost:${settings.PORT}`).replace(/\/+$/, '');

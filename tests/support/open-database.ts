import { Database } from '#libs/database/database.js';

/** What the apps see of a test's database, on a few connections; one that dies shows in the next statement. */
export const openDatabase = (url: string, poolSize = 5): Database =>
  new Database({ url, poolSize, applicationName: 'test', onIdleError: () => undefined });

import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line written on behalf of a request or a job carries. */
export interface LogContext {
  requestId?: string;
  jobId?: string;
  assetId?: string;
  tenantId?: string;
}

const storage = new AsyncLocalStorage<LogContext>();

export const currentContext = (): LogContext => storage.getStore() ?? {};

/** Runs `work` with `context`; what it awaits inherits it. */
export const withContext = <T>(context: LogContext, work: () => T): T => storage.run(context, work);

/** For hooks that cannot wrap what comes after them, such as Fastify's onRequest. */
export const enterContext = (context: LogContext): void => storage.enterWith(context);

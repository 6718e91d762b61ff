import { pino, type Logger as Pino, type LoggerOptions } from 'pino';
import pretty from 'pino-pretty';
import type { LoggerService } from '@nestjs/common';
import type { Settings } from '#libs/config/settings.js';
import { currentContext } from './context.js';

export type Logger = Pino;

/** One JSON object a line, or coloured text on a terminal (LOG_FORMAT=auto). */
export function createLogger(app: string, settings: Pick<Settings, 'LOG_LEVEL' | 'LOG_FORMAT'>): Logger {
  const options: LoggerOptions = {
    level: settings.LOG_LEVEL,
    base: { app, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: (error: unknown) => describeError(error) },
    mixin: () => ({ ...currentContext() }),
    redact: ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.refreshToken', '*.accessToken'],
  };
  const readable = settings.LOG_FORMAT === 'pretty' || (settings.LOG_FORMAT === 'auto' && process.stdout.isTTY);
  // Not pino's own stream for stdout: at the end of a process whose reader is gone it tries to flush forever.
  if (!readable) return pino(options, pino.destination({ dest: 1, sync: true }));
  return pino(
    options,
    pretty({ sync: true, ignore: 'pid,app', messageFormat: `${app}: {msg}`, translateTime: 'HH:MM:ss' }),
  );
}

/** Lets Nest's own messages go through the same logger, its start-up chatter at debug level. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...context: unknown[]): void {
    this.logger.debug(fields(context), String(message));
  }
  warn(message: unknown, ...context: unknown[]): void {
    this.logger.warn(fields(context), String(message));
  }
  error(message: unknown, ...context: unknown[]): void {
    this.logger.error(
      message instanceof Error ? { ...fields(context), error: message } : fields(context),
      String(message),
    );
  }
  fatal(message: unknown, ...context: unknown[]): void {
    this.logger.fatal(fields(context), String(message));
  }
  debug(message: unknown, ...context: unknown[]): void {
    this.logger.debug(fields(context), String(message));
  }
  verbose(message: unknown, ...context: unknown[]): void {
    this.logger.trace(fields(context), String(message));
  }
}

/** Nest passes a stack (errors only) and, last, the name of the class that speaks. */
function fields(context: unknown[]): { source?: string; stack?: string } {
  const source = context.at(-1);
  const stack = context.length > 1 ? context[0] : undefined;
  return {
    ...(typeof source === 'string' && { source }),
    ...(typeof stack === 'string' && { stack }),
  };
}

/** What a person needs of an error. Drivers hang connections on theirs: screens of text, and secrets. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: name,
    message,
    ...(code && { code }),
    stack,
    ...(cause !== undefined && depth < 4 && { cause: describeError(cause, depth + 1) }),
  };
}

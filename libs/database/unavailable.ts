/** SQLSTATE classes and codes of a server that is not there, going away, full or starting. */
const SQLSTATE = /^(08...|57P0[1-5]|53[0-4]00)$/;
const SOCKET = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);
/** Prisma: cannot reach, timed out, closed, no free connection in time, transaction lost. */
const PRISMA = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);
const DRIVER_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);
/** SQLSTATE: what is undone because another transaction wants the same rows: a deadlock, a write conflict. */
const CONFLICT = /^(40P01|40001)$/;
const PRISMA_CONFLICT = 'P2034';
const DRIVER_CONFLICT = 'TransactionWriteConflict';
/** SQLSTATE: the text is none of the database's encoding. */
const UNSTORABLE = '22021';
const MESSAGES =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error/;

/** True for errors that mean "the database is away for now", however deep they are wrapped. */
export const isDatabaseUnavailable = (error: unknown): boolean =>
  isCausedBy(error, ({ code, originalCode, kind, message }) => {
    if (typeof code === 'string' && (SQLSTATE.test(code) || SOCKET.has(code) || PRISMA.has(code))) return true;
    if (typeof originalCode === 'string' && SQLSTATE.test(originalCode)) return true;
    if (typeof kind === 'string' && DRIVER_KINDS.has(kind)) return true;
    return typeof message === 'string' && MESSAGES.test(message);
  });

/** True for a transaction that PostgreSQL has undone so that another one could go on: it may well succeed if tried again. */
export const isConflict = (error: unknown): boolean =>
  isCausedBy(error, ({ code, originalCode, kind }) => {
    if (code === PRISMA_CONFLICT || kind === DRIVER_CONFLICT) return true;
    return [code, originalCode].some((one) => typeof one === 'string' && CONFLICT.test(one));
  });

/** True when a statement was given text with the character NUL, which PostgreSQL does not take. */
export const isUnstorableText = (error: unknown): boolean =>
  isCausedBy(error, ({ code, originalCode }) => code === UNSTORABLE || originalCode === UNSTORABLE);

/** Whether something can be said of an error, or of what it wraps. */
function isCausedBy(error: unknown, is: (facts: Record<string, unknown>) => boolean): boolean {
  for (let cause: unknown = error, depth = 0; typeof cause === 'object' && cause !== null && depth < 6; depth++) {
    if (is(cause as Record<string, unknown>)) return true;
    cause = whatCaused(cause);
  }
  return false;
}

/** Prisma keeps what the driver said of a statement of a model, and of raw SQL, in `meta`. */
function whatCaused(error: object): unknown {
  const { cause, meta } = error as { cause?: unknown; meta?: { driverAdapterError?: unknown } | null };
  return cause ?? meta?.driverAdapterError;
}

/** True when `error` is a violation of a unique constraint. */
export const isUniqueViolation = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && (error.code === 'P2002' || error.code === '23505');

import { doorProblems } from '#libs/storage/disk/door-problems.js';

/** Every code the API can answer with, its HTTP status and its title. Codes are stable: clients branch on them. */
export const problemCodes = {
  VALIDATION_FAILED: { status: 400, title: 'The request does not have the expected form' },
  MALFORMED_BODY: { status: 400, title: 'The body cannot be read' },
  INVALID_CURSOR: { status: 400, title: 'The cursor is not one that this list gave out' },

  UNAUTHENTICATED: { status: 401, title: 'Sign in first' },
  ACCESS_TOKEN_EXPIRED: { status: 401, title: 'The access token has expired' },
  INVALID_CREDENTIALS: { status: 401, title: 'E-mail or password is wrong' },
  REFRESH_TOKEN_INVALID: { status: 401, title: 'The refresh token is not valid' },
  REFRESH_TOKEN_EXPIRED: { status: 401, title: 'The session has expired' },
  REFRESH_TOKEN_REUSED: { status: 401, title: 'The refresh token was used before' },

  FORBIDDEN: { status: 403, title: 'This account may not do that' },

  ROUTE_NOT_FOUND: { status: 404, title: 'There is nothing at this address' },
  UPLOAD_NOT_FOUND: { status: 404, title: 'There is no such upload' },
  ASSET_NOT_FOUND: { status: 404, title: 'There is no such asset' },
  USER_NOT_FOUND: { status: 404, title: 'There is no such account' },
  SESSION_NOT_FOUND: { status: 404, title: 'There is no such session' },
  JOB_NOT_FOUND: { status: 404, title: 'There is no such job' },
  QUEUE_NOT_FOUND: { status: 404, title: 'There is no such queue' },

  REQUEST_TIMEOUT: { status: 408, title: 'The request took too long to arrive' },

  EMAIL_TAKEN: { status: 409, title: 'There is an account with this e-mail' },
  USERNAME_TAKEN: { status: 409, title: 'The username is taken' },
  LAST_ADMIN: { status: 409, title: 'Somebody must remain who administers' },
  UPLOAD_NOT_FOUND_IN_STORE: { status: 409, title: 'The bytes have not arrived' },
  JOB_NOT_RETRYABLE: { status: 409, title: 'The job cannot be retried as it is' },
  JOB_ACTIVE: { status: 409, title: 'The job is running' },

  IDEMPOTENCY_KEY_IN_USE: { status: 409, title: 'The first request with this key is still being answered' },

  UPLOAD_EXPIRED: { status: 410, title: 'The upload has expired' },

  FILE_TOO_LARGE: { status: 413, title: 'The file is too large' },
  BODY_TOO_LARGE: { status: 413, title: 'The request body is too large' },
  URI_TOO_LONG: { status: 414, title: 'The address is too long' },

  FILE_TYPE_NOT_ACCEPTED: { status: 415, title: 'Files of this type are not accepted' },
  MEDIA_TYPE_NOT_SUPPORTED: { status: 415, title: 'The body must be JSON' },

  CONTENT_TYPE_MISMATCH: { status: 422, title: 'The file is not what it was declared to be' },

  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The key was used for another request' },

  RATE_LIMITED: { status: 429, title: 'Too many requests' },

  DATABASE_UNAVAILABLE: { status: 503, title: 'The database is away' },
  QUEUE_UNAVAILABLE: { status: 503, title: 'The queue is away' },
  OVERLOADED: { status: 503, title: 'The service is busy' },
  NOT_READY: { status: 503, title: 'The service is not ready' },

  // What a signed URL of the disk store answers with.
  ...doorProblems,
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problemCodes;

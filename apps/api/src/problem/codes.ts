import { doorProblems } from '#libs/storage/disk/door-problems.js';

/** Every code the API can answer with, its HTTP status and its title. Codes are stable: clients branch on them. */
export const problemCodes = {
  VALIDATION_FAILED: { status: 400, title: 'The request does not have the expected form' },
  MALFORMED_BODY: { status: 400, title: 'The body cannot be read' },
  MALFORMED_REQUEST: { status: 400, title: 'The request cannot be read' },
  INVALID_CURSOR: { status: 400, title: 'The cursor is not one that this list gave out' },

  UNAUTHENTICATED: { status: 401, title: 'Sign in first' },
  ACCESS_TOKEN_EXPIRED: { status: 401, title: 'The access token has expired' },
  INVALID_CREDENTIALS: { status: 401, title: 'E-mail or password is wrong' },
  REFRESH_TOKEN_INVALID: { status: 401, title: 'The refresh token is not valid' },
  REFRESH_TOKEN_EXPIRED: { status: 401, title: 'The session has expired' },
  REFRESH_TOKEN_REUSED: { status: 401, title: 'The refresh token was used before' },

  PLAYBACK_LIMIT_REACHED: { status: 403, title: 'The account is watching as much as it may' },
  FORBIDDEN: { status: 403, title: 'This account may not do that' },
  INSUFFICIENT_SCOPE: { status: 403, title: 'The API key is not good for that' },
  QUOTA_EXCEEDED: { status: 403, title: 'The tenant has no room for that' },
  TENANT_SUSPENDED: { status: 403, title: 'The tenant is suspended' },

  ROUTE_NOT_FOUND: { status: 404, title: 'There is nothing at this address' },
  UPLOAD_NOT_FOUND: { status: 404, title: 'There is no such upload' },
  ASSET_NOT_FOUND: { status: 404, title: 'There is no such asset' },
  USER_NOT_FOUND: { status: 404, title: 'There is no such account' },
  MEMBER_NOT_FOUND: { status: 404, title: 'There is no such member' },
  INVITATION_NOT_FOUND: { status: 404, title: 'There is no such invitation' },
  TENANT_NOT_FOUND: { status: 404, title: 'There is no such tenant' },
  API_KEY_NOT_FOUND: { status: 404, title: 'There is no such API key' },
  SESSION_NOT_FOUND: { status: 404, title: 'There is no such session' },
  PLAYBACK_NOT_FOUND: { status: 404, title: 'There is no such playback' },
  JOB_NOT_FOUND: { status: 404, title: 'There is no such job' },
  POST_NOT_FOUND: { status: 404, title: 'There is no such post' },
  FOLLOW_REQUEST_NOT_FOUND: { status: 404, title: 'There is no such request' },
  NOTIFICATION_NOT_FOUND: { status: 404, title: 'There is no such notification' },
  QUEUE_NOT_FOUND: { status: 404, title: 'There is no such queue' },

  REQUEST_TIMEOUT: { status: 408, title: 'The request took too long to arrive' },

  EMAIL_TAKEN: { status: 409, title: 'There is an account with this e-mail' },
  USERNAME_TAKEN: { status: 409, title: 'The username is taken' },
  ALREADY_MEMBER: { status: 409, title: 'They are a member already' },
  OWN_PROFILE: { status: 409, title: 'That is you' },
  BLOCKED_BY_YOU: { status: 409, title: 'You have blocked them' },
  POST_NOT_EDITABLE: { status: 409, title: 'The post can be changed no longer' },
  ASSET_NOT_USABLE: { status: 409, title: 'The asset cannot be used for that' },
  LAST_OWNER: { status: 409, title: 'Somebody must remain who owns the tenant' },
  OWN_TENANT: { status: 409, title: 'That would lock you out' },
  LAST_ADMIN: { status: 409, title: 'Somebody must remain who administers' },
  UPLOAD_NOT_FOUND_IN_STORE: { status: 409, title: 'The bytes have not arrived' },
  UPLOAD_PARTS_MISSING: { status: 409, title: 'Not all parts have arrived' },
  UPLOAD_NOT_IN_PARTS: { status: 409, title: 'The upload comes in one piece' },
  UPLOAD_COMPLETED: { status: 409, title: 'The upload is completed' },
  JOB_NOT_RETRYABLE: { status: 409, title: 'The job cannot be retried as it is' },
  ASSET_NOT_READY: { status: 409, title: 'The asset is still being processed' },
  JOB_NOT_CANCELLABLE: { status: 409, title: 'The job cannot be cancelled' },
  JOB_ACTIVE: { status: 409, title: 'The job is running' },

  ASSET_NAME_TAKEN: { status: 409, title: 'There is a file of this name at this resource' },
  IDEMPOTENCY_KEY_IN_USE: { status: 409, title: 'The first request with this key is still being answered' },

  INVITATION_EXPIRED: { status: 410, title: 'The invitation has expired' },
  ASSET_NOT_PLAYABLE: { status: 409, title: 'The asset is nothing that can be played' },
  PLAYBACK_NOT_READY: { status: 409, title: 'The asset cannot be played yet' },

  PLAYBACK_ENDED: { status: 410, title: 'The playback has ended' },
  UPLOAD_EXPIRED: { status: 410, title: 'The upload has expired' },

  FILE_TOO_LARGE: { status: 413, title: 'The file is too large' },
  BODY_TOO_LARGE: { status: 413, title: 'The request body is too large' },
  URI_TOO_LONG: { status: 414, title: 'The address is too long' },

  FILE_TYPE_NOT_ACCEPTED: { status: 415, title: 'Files of this type are not accepted' },
  FILE_TYPE_NOT_PROCESSABLE: { status: 415, title: 'No worker can process files of this type' },
  MEDIA_TYPE_NOT_SUPPORTED: { status: 415, title: 'The body is of a type that is not read here' },

  CONTENT_TYPE_MISMATCH: { status: 422, title: 'The file is not what it was declared to be' },

  VARIANT_NOT_POSSIBLE: { status: 422, title: 'The picture cannot be made' },
  INVITATION_EMAIL_MISMATCH: { status: 422, title: 'The invitation is for another e-mail' },

  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The key was used for another request' },

  VARIANTS_BUSY: { status: 429, title: 'Too many pictures wait to be made' },
  PRECONDITION_REQUIRED: { status: 428, title: 'Say which state of it is to be changed' },

  TOO_MANY_CONNECTIONS: { status: 429, title: 'Too many live connections' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },

  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },

  DATABASE_UNAVAILABLE: { status: 503, title: 'The database is away' },
  PLAYBACK_UNAVAILABLE: { status: 503, title: 'Nobody knows who is watching' },
  QUEUE_UNAVAILABLE: { status: 503, title: 'The queue is away' },
  OVERLOADED: { status: 503, title: 'The service is busy' },
  VARIANT_PENDING: { status: 503, title: 'The picture is not made yet' },
  NOT_READY: { status: 503, title: 'The service is not ready' },

  // What a signed URL of the disk store answers with.
  ...doorProblems,
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problemCodes;

import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { explain } from './explain.js';

const seconds = (fallback: number) => z.coerce.number().int().positive().default(fallback);
const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback);
const list = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    );
const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'])
    .default(fallback ? 'true' : 'false')
    .transform((text) => text === 'true');
const isCidr = (text: string): boolean => ipaddr.isValidCIDR(text);
/** 0: no limit. */
const limit = (fallback: number) => z.coerce.number().int().min(0).default(fallback);
const secret = (purpose: string) =>
  z
    .string({ error: `is missing: ${purpose}; make one with: openssl rand -hex 32` })
    .min(32, `is too short: ${purpose} needs at least 32 characters; make one with: openssl rand -hex 32`);

/** Every setting of both apps. env.example documents the same names in the same order. */
export const settingsSchema = z
  .object({
    NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
    HOST: z.string().default('0.0.0.0'),
    /** What this API process does: answer requests, hold live connections, or both. */
    ROLE: z.enum(['both', 'api', 'live']).default('both'),
    PORT: z.coerce.number().int().min(0).max(65535).default(3000),
    /** Where clients reach the API; signed URLs of the disk store begin with it. */
    PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** Addresses or CIDRs of reverse proxies whose X-Forwarded-For is believed. */
    TRUST_PROXY: list(''),
    CORS_ORIGINS: list(''),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    LOG_FORMAT: z.enum(['auto', 'json', 'pretty']).default('auto'),
    /** Bearer token that /metrics asks for; open when unset. */
    METRICS_TOKEN: z.string().min(16).optional(),

    DATABASE_URL: z.url({
      protocol: /^postgres(ql)?$/,
      error: 'is missing or no PostgreSQL address: expected postgresql://user:password@host:5432/database',
    }),
    DATABASE_POOL_SIZE: count(10),
    /** Unset: BullMQ keeps its queues in PostgreSQL. */
    REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'is no Redis address: expected redis://host:6379' }).optional(),

    DATA_DIR: z.string().default('.data'),
    /** Unset: objects are files below DATA_DIR. */
    S3_BUCKET: z.string().optional(),
    S3_REGION: z.string().default('us-east-1'),
    /** Where this server reaches the store; unset for AWS. */
    S3_ENDPOINT: z.url().optional(),
    /** Where clients reach the store, when that differs: signed URLs carry it. */
    S3_PUBLIC_ENDPOINT: z.url().optional(),
    S3_ACCESS_KEY_ID: z.string().optional(),
    S3_SECRET_ACCESS_KEY: z.string().optional(),
    S3_FORCE_PATH_STYLE: flag(true),

    JWT_SECRET: secret('it signs access tokens'),
    URL_SIGNING_SECRET: secret('it signs the URLs of the disk store'),
    ACCESS_TOKEN_TTL_SECONDS: seconds(15 * 60),
    REFRESH_TOKEN_TTL_SECONDS: seconds(7 * 24 * 3600),
    /** How long a used refresh token may be shown again by a tab that raced another. */
    REFRESH_REUSE_GRACE_SECONDS: z.coerce.number().int().min(0).default(5),
    BCRYPT_COST: z.coerce.number().int().min(10).max(15).default(12),

    /** Requests a minute of one account, or of one address when signed out. */
    RATE_LIMIT_PER_MINUTE: count(6000),
    /** Registrations and logins a minute from one address. */
    AUTH_RATE_LIMIT_PER_MINUTE: count(120),
    /** Logins in 15 minutes to one account, right or wrong. */
    LOGIN_RATE_LIMIT_PER_ACCOUNT: count(20),

    /** Requests a minute of all members and keys of a tenant together. */
    TENANT_RATE_LIMIT_PER_MINUTE: count(30_000),
    /** Requests a minute of one API key. */
    API_KEY_RATE_LIMIT_PER_MINUTE: count(6000),

    /** What each tenant may have, unless an administrator has given it limits of its own; 0: no limit. */
    TENANT_MAX_BYTES: limit(0),
    TENANT_MAX_FILES: limit(0),
    TENANT_MAX_MONTHLY_UPLOADS: limit(0),
    TENANT_MAX_TRANSCODE_MINUTES: limit(0),

    UPLOAD_MAX_BYTES: z.coerce
      .number()
      .int()
      .positive()
      .default(5 * 1024 ** 3),
    UPLOAD_URL_TTL_SECONDS: seconds(3600),
    /** How long an upload in parts waits for who sends it; a request for URLs of parts begins it anew. */
    UPLOAD_PARTS_TTL_SECONDS: z.coerce
      .number()
      .int()
      .positive()
      .max(6 * 86_400)
      .default(86_400),
    /** MIME types or type/*; what is listed and known (libs/media/kinds.ts) can be uploaded. */
    UPLOAD_ACCEPTED_TYPES: list('*/*'),
    /** Whether bytes that a tenant has already are kept once, however many of its files are of them. */
    UPLOAD_DEDUPLICATE: flag(false),
    /** How long a file may take to be fetched from an address that an uploader gave. */
    URL_FETCH_TIMEOUT_SECONDS: seconds(900),
    /** Ports that such addresses may name; * is all. */
    URL_FETCH_PORTS: list('80,443'),
    /** CIDRs that may be fetched from although they are not of the public internet. */
    URL_FETCH_ALLOW_PRIVATE: list('').refine((ranges) => ranges.every(isCidr), 'names a range that is no CIDR'),
    DOWNLOAD_URL_TTL_SECONDS: seconds(3600),
    /** How long a store URL is good that the stable URL of a public file leads to: so long may it outlive it. */
    PUBLIC_URL_TTL_SECONDS: seconds(60),
    /** Days that a deleted file can be restored. */
    TRASH_RETENTION_DAYS: count(30),

    /** Streams that one account may watch at once, unless its tenant or itself has a limit of its own. */
    MAX_CONCURRENT_STREAMS: z.coerce.number().int().min(0).default(3),
    /** A player that has not been heard of for this long has given its place away. */
    PLAYBACK_SILENCE_SECONDS: seconds(10),
    /** How long the store gives out a segment after the gate has been asked for it. */
    PLAYBACK_URL_TTL_SECONDS: seconds(60),
    /** How often the API writes down who watched what: what a crash may lose. */
    ACCESS_LOG_FLUSH_SECONDS: seconds(5),

    /** Sockets and streams that one account may have open to one process. */
    LIVE_CONNECTIONS_PER_ACCOUNT: count(20),
    /** How long a token opens a stream of events. */
    STREAM_TOKEN_TTL_SECONDS: seconds(60),
    /** Days that an account can read what it was told. */
    NOTIFICATION_RETENTION_DAYS: count(90),

    /** Who sees whom: everybody on the installation, or the members of one tenant each other. */
    FEED_SCOPE: z.enum(['installation', 'tenant']).default('installation'),
    /** Posts of an author with more followers are not written into their timelines: these look them up. */
    FEED_FAN_OUT_LIMIT: count(10_000),
    /** How long an author can change a post. */
    POST_EDIT_WINDOW_SECONDS: seconds(15 * 60),

    IMAGE_MAX_PIXELS: count(100_000_000),
    THUMBNAIL_EDGE: count(320),
    PREVIEW_EDGE: count(1440),
    /** Signs the URLs of pictures made on request; unset: made from URL_SIGNING_SECRET. */
    IMAGE_SIGNING_SECRET: secret('it signs the URLs of pictures made on request').optional(),
    /** Bytes of such a signature; fewer make shorter URLs. */
    IMAGE_SIGNATURE_BYTES: z.coerce.number().int().min(8).max(32).default(32),
    /** Pictures of one tenant that may wait to be made; further requests are answered with 429. */
    IMAGE_VARIANTS_WAITING: count(200),

    WORKER_CONCURRENCY: count(2),
    /** Films that one worker makes streams of at a time. */
    TRANSCODE_CONCURRENCY: count(1),
    /** Of libx264: faster ones need more bits for the same picture. */
    TRANSCODE_PRESET: z
      .enum(['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow'])
      .default('veryfast'),
    /** Encoding of which nothing has been heard for so long is ended, and tried again. */
    TRANSCODE_STALL_SECONDS: seconds(120),
    /** A decoder that takes more is ended, and its file refused. */
    DECODER_MEMORY_MB: count(1536),
    /** Where jobs keep their temporary files; the system's folder when unset. */
    WORKER_TEMP_DIR: z.string().optional(),
    /** Programs that read films and sound; unset: those on the PATH, else those from npm. */
    FFMPEG_PATH: z.string().optional(),
    FFPROBE_PATH: z.string().optional(),
    /** ClamAV's daemon, which looks through every file before anything else does; unset: nobody does. */
    CLAMAV_HOST: z.string().optional(),
    CLAMAV_PORT: z.coerce.number().int().min(1).max(65535).default(3310),
    CLAMAV_TIMEOUT_SECONDS: seconds(120),
    /** As StreamMaxLength of clamd.conf; larger files are not sent. */
    CLAMAV_MAX_BYTES: count(25 * 1024 ** 2),
    /** What becomes of files that are too large to be looked through. */
    CLAMAV_OVERSIZE: z.enum(['accept', 'refuse']).default('accept'),
    /** A run that has not been heard of for this long is given to another worker. */
    JOB_LEASE_SECONDS: seconds(9),
    PROCESS_ASSET_TIMEOUT_SECONDS: seconds(300),
    RECONCILE_INTERVAL_SECONDS: seconds(3),
    SHUTDOWN_TIMEOUT_SECONDS: seconds(8),

    /** Kills the process at a named place (libs/lifecycle/failpoint.ts); with NODE_ENV=test only. */
    FAILPOINT: z.string().optional(),

    ADMIN_EMAIL: z.email().default('admin@example.com'),
    ADMIN_PASSWORD: z.string().min(8).optional(),
  })
  .superRefine((settings, context) => {
    const needed = (name: 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY') => {
      if (settings.S3_ENDPOINT && !settings[name])
        context.addIssue({
          code: 'custom',
          path: [name],
          message:
            'is missing: a store at S3_ENDPOINT needs its access key; leave S3_BUCKET empty to keep files on disk',
        });
    };
    if (settings.S3_BUCKET) {
      needed('S3_ACCESS_KEY_ID');
      needed('S3_SECRET_ACCESS_KEY');
    }
    if (settings.FAILPOINT !== undefined && settings.NODE_ENV !== 'test')
      context.addIssue({
        code: 'custom',
        path: ['FAILPOINT'],
        message: 'kills the process: it is for NODE_ENV=test only',
      });
    if (settings.JWT_SECRET === settings.URL_SIGNING_SECRET)
      context.addIssue({
        code: 'custom',
        path: ['URL_SIGNING_SECRET'],
        message: 'equals JWT_SECRET: a leak of one would be a leak of both; give each its own value',
      });
  });

export type Settings = Readonly<z.infer<typeof settingsSchema>>;

/** Thrown when the environment does not describe a runnable app; the message lists every problem, a line each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads settings from an environment; empty values count as unset.
 * @throws SettingsError naming every setting that is missing or wrong
 */
export function loadSettings(environment: Record<string, string | undefined> = process.env): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settingsSchema.safeParse(given, { error: explain });
  if (parsed.success) return Object.freeze(parsed.data);
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`);
  throw new SettingsError(`The settings cannot be used (env.example explains each):\n${lines.join('\n')}`);
}

import { S3Client } from '@aws-sdk/client-s3';
import type { Settings } from '#libs/config/settings.js';

/** How to reach a bucket. */
export interface S3Connection {
  bucket: string;
  region: string;
  /** Where this server reaches the store; AWS when left out. */
  endpoint?: string;
  /** Where clients reach the store, when that differs: presigned URLs carry it. */
  publicEndpoint?: string;
  /** Without keys the SDK looks for those of the machine (role, profile, environment). */
  accessKeyId?: string;
  secretAccessKey?: string;
  /** https://host/bucket instead of https://bucket.host; true when left out. */
  forcePathStyle?: boolean;
  /** How long a connection may take; 2 s when left out. */
  connectTimeoutMs?: number;
  /** How long an answer to a call without a body may take; 5 s when left out. */
  answerTimeoutMs?: number;
  /** How long a body may stand still; 30 s when left out. */
  idleTimeoutMs?: number;
  /** How often a call is made in all before it counts as failed; 2 when left out. */
  attempts?: number;
}

export const DEFAULT_ANSWER_TIMEOUT_MS = 5000;

/** An S3 client that gives up in seconds and leaves checksums to who asks for them. */
export function makeS3Client(connection: S3Connection, endpoint = connection.endpoint): S3Client {
  const { accessKeyId, secretAccessKey } = connection;
  return new S3Client({
    region: connection.region,
    endpoint,
    forcePathStyle: connection.forcePathStyle ?? true,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    maxAttempts: connection.attempts ?? 2,
    // The SDK's default of a CRC on everything is refused by several servers, and wrong in a presigned URL.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connection.connectTimeoutMs ?? 2000,
      socketTimeout: connection.idleTimeoutMs ?? 30_000,
      throwOnRequestTimeout: true,
    },
  });
}

/** The connection that the settings describe; null when they name no bucket. */
export function s3Connection(settings: Settings): S3Connection | null {
  if (!settings.S3_BUCKET) return null;
  return {
    bucket: settings.S3_BUCKET,
    region: settings.S3_REGION,
    endpoint: settings.S3_ENDPOINT,
    publicEndpoint: settings.S3_PUBLIC_ENDPOINT,
    accessKeyId: settings.S3_ACCESS_KEY_ID,
    secretAccessKey: settings.S3_SECRET_ACCESS_KEY,
    forcePathStyle: settings.S3_FORCE_PATH_STYLE,
  };
}

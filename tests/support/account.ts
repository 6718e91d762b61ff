import { randomUUID } from 'node:crypto';
import { sha256 } from './photos.js';
import { until } from './until.js';

export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: Body;
}

export interface PresignedBody {
  uploadId: string;
  objectKey: string;
  uploadUrl: string;
  method: string;
  headers: Record<string, string>;
  expiresIn: number;
  expiresAt: string;
}

export interface AssetBody {
  id: string;
  filename: string;
  mimeType: string;
  kind: string;
  size: number;
  status: 'PENDING' | 'PROCESSING' | 'READY' | 'FAILED';
  failure: { code: string; reason: string } | null;
  width: number | null;
  height: number | null;
  thumbhash: string | null;
  sha256: string | null;
  metadata: Record<string, unknown> | null;
  warnings: { code: string; detail: string }[];
  downloadUrl: string;
  thumbnailUrl: string | null;
  previewUrl: string | null;
  waveformUrl: string | null;
  animatedPreviewUrl: string | null;
  mp4Url: string | null;
  storyboardUrl: string | null;
  renditions: { kind: string; mimeType: string; size: number; url: string }[];
  streaming: {
    status: 'PENDING' | 'PROCESSING' | 'READY' | 'FAILED';
    percent: number;
    failure: { code: string; reason: string } | null;
    renditions: {
      kind: string;
      size: number;
      width: number | null;
      height: number | null;
      bandwidth: number;
      codecs: string;
    }[];
  } | null;
  captions: { language: string; label: string }[];
  resource: string | null;
  resourceId: string | null;
  title: string | null;
  description: string | null;
  labels: Record<string, string | string[]>;
  visibility: 'private' | 'public';
  expiresAt: string | null;
  deletedAt: string | null;
  version: number;
}

export interface CompletedBody {
  assetId: string;
  objectKey: string;
  status: string;
  asset: AssetBody;
}

export interface Declared {
  filename?: string;
  contentType?: string;
  sha256Hash?: string;
  /** What the asset is to be told besides: resource, resourceId, title, labels… */
  about?: Record<string, unknown>;
}

/** Somebody who uses the API over HTTP, as any client would. */
export class Account {
  constructor(
    readonly url: string,
    readonly accessToken: string,
    readonly email: string,
  ) {}

  /** The same sign-in at another API process. */
  at(url: string): Account {
    return new Account(url, this.accessToken, this.email);
  }

  async ask<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    return ask<Body>(this.url, method, path, body, { authorization: `Bearer ${this.accessToken}`, ...headers });
  }

  async presign(bytes: Uint8Array, declared: Declared = {}): Promise<PresignedBody> {
    const { filename = 'photo.jpg', contentType = 'image/jpeg', sha256Hash = sha256(bytes), about } = declared;
    const request = { filename, contentType, fileSize: bytes.length, sha256Hash, ...about };
    const answer = await this.ask<PresignedBody>('POST', '/uploads/presign', request);
    if (answer.status !== 201) throw new Error(`presign: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  complete(uploadId: string): Promise<Answer<CompletedBody>> {
    return this.ask<CompletedBody>('POST', '/uploads/complete', { uploadId });
  }

  /** Presign, PUT, complete. */
  async upload(bytes: Uint8Array, declared: Declared = {}): Promise<CompletedBody> {
    const presigned = await this.presign(bytes, declared);
    const stored = await put(presigned, bytes);
    if (!stored.ok) throw new Error(`PUT: ${stored.status} ${await stored.text()}`);
    const completed = await this.complete(presigned.uploadId);
    if (completed.status !== 201) throw new Error(`complete: ${completed.status} ${JSON.stringify(completed.body)}`);
    return completed.body;
  }

  /** The asset once its streams are READY or FAILED. */
  streamed(assetId: string): Promise<AssetBody> {
    return until(
      async () => (await this.ask<AssetBody>('GET', `/assets/${assetId}`)).body,
      ({ streaming }) => streaming?.status === 'READY' || streaming?.status === 'FAILED',
      // Minutes of film, made into streams while others are.
      300_000,
    );
  }

  /** The asset once it is READY or FAILED. */
  settled(assetId: string): Promise<AssetBody> {
    return until(
      async () => {
        const { status, body } = await this.ask<AssetBody>('GET', `/assets/${assetId}`);
        if (status !== 200) throw new Error(`asset: ${status} ${JSON.stringify(body)}`);
        return body;
      },
      ({ status }) => status === 'READY' || status === 'FAILED',
    );
  }
}

export async function ask<Body = Record<string, unknown>>(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<Body>> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : { text }) as Body };
}

export async function signUp(url: string): Promise<Account> {
  const email = `${randomUUID()}@example.com`;
  const answer = await ask<{ accessToken: string }>(url, 'POST', '/auth/register', {
    email,
    password: 'correct horse',
  });
  if (answer.status !== 201) throw new Error(`register: ${answer.status} ${JSON.stringify(answer.body)}`);
  return new Account(url, answer.body.accessToken, email);
}

export async function signIn(url: string, email: string, password: string): Promise<Account> {
  const answer = await ask<{ accessToken: string }>(url, 'POST', '/auth/login', { email, password });
  if (answer.status !== 200) throw new Error(`login: ${answer.status} ${JSON.stringify(answer.body)}`);
  return new Account(url, answer.body.accessToken, email);
}

/** Sends bytes to where a presign said, with the headers that were signed unless others are given. */
export function put(to: PresignedBody, bytes: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(to.uploadUrl, { method: 'PUT', headers: { ...to.headers, ...headers }, body: new Uint8Array(bytes) });
}

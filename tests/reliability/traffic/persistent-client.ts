import { setTimeout as delay } from 'node:timers/promises';
import { isNoAnswer } from '../lab/no-answer.js';
import { put, type Account, type Answer, type Declared, type PresignedBody } from '../../support/account.js';
import { sha256 } from '../../support/photos.js';

/** One request and what came of it. */
export interface Call {
  what: 'presign' | 'put' | 'complete';
  /** Milliseconds since the epoch. */
  at: number;
  milliseconds: number;
  /** 0: the connection was refused or cut. */
  status: number;
  /** Of a problem document. */
  code: string | null;
  retryAfter: string | null;
}

/** An upload that the API has said is its own from now on. */
export interface Accepted {
  assetId: string;
  tenantId: string;
  objectKey: string;
  sha256: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Longer than any fault of these tests lasts. */
const PATIENCE_MS = 180_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** The bytes of an earlier try have arrived: only its answer did not. */
const THERE_ALREADY = 412;
const AGAIN = new Set(['OBJECT_BUSY', 'RATE_LIMITED']);

/** Uploads as a well-made client does: whatever is answered 5xx, or not at all, is asked again. */
export class PersistentClient {
  constructor(
    readonly account: Account,
    private readonly calls: Call[],
    private readonly abandoned: AbortSignal,
  ) {}

  /** Presign, PUT, complete. @throws when the API refuses, or nothing helps for minutes */
  async upload(bytes: Buffer, declared: Declared = {}): Promise<Accepted> {
    const { filename = 'photo.jpg', contentType = 'image/jpeg' } = declared;
    const hash = sha256(bytes);
    const request = { filename, contentType, fileSize: bytes.length, sha256Hash: hash };
    const { uploadId, ...to } = await this.insist('presign', () =>
      this.account.ask<PresignedBody>('POST', '/uploads/presign', request),
    );
    await this.insist('put', async () => read(await put({ uploadId, ...to }, bytes)));
    const { assetId, objectKey } = await this.insist('complete', () => this.account.complete(uploadId));
    return { assetId, tenantId: objectKey.split('/')[0] ?? '', objectKey, sha256: hash, at: Date.now() };
  }

  private async insist<Body>(what: Call['what'], send: () => Promise<Answer<Body>>): Promise<Body> {
    const deadline = Date.now() + PATIENCE_MS;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      this.abandoned.throwIfAborted();
      const { call, answer } = await attempt(what, send);
      this.calls.push(call);
      const { status, code } = call;
      if (answer && (status < 300 || (what === 'put' && status === THERE_ALREADY))) return answer.body;
      const described = `${what} was answered ${status}: ${JSON.stringify(answer?.body)}`;
      if (status !== 0 && status < 500 && !AGAIN.has(code ?? '')) throw new Error(described);
      if (Date.now() > deadline) throw new Error(`nothing helps: ${described}`);
      await delay(pause * (0.5 + Math.random() / 2));
    }
  }
}

async function attempt<Body>(
  what: Call['what'],
  send: () => Promise<Answer<Body>>,
): Promise<{ call: Call; answer?: Answer<Body> }> {
  const at = Date.now();
  const began = performance.now();
  const asked = () => ({ what, at, milliseconds: performance.now() - began });
  try {
    const answer = await send();
    const { status, headers, body } = answer;
    return { answer, call: { ...asked(), status, code: codeOf(body), retryAfter: headers.get('retry-after') } };
  } catch (error) {
    if (!isNoAnswer(error)) throw error;
    return { call: { ...asked(), status: 0, code: null, retryAfter: null } };
  }
}

async function read(response: Response): Promise<Answer<unknown>> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

function codeOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('code' in body)) return null;
  return String(body.code);
}

import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Prisma } from '#libs/database/generated/client.js';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Answers hold tokens and keys, requests hold passwords: whoever reads the table, or a backup of it, must get neither,
 * nor a hash that can be guessed at. Both keys come from a secret that the database does not know.
 */
export class SealedAnswers {
  private readonly sealKey: Buffer;
  private readonly fingerprintKey: Buffer;

  constructor(secret: string) {
    const derive = (what: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `idempotency ${what}`, 32));
    this.sealKey = derive('answers');
    this.fingerprintKey = derive('requests');
  }

  /** The same for the same request, and nothing can be learnt from it. */
  fingerprint(request: string): Buffer {
    return createHmac('sha256', this.fingerprintKey).update(request).digest();
  }

  seal(answer: object | string | number | boolean | null | undefined): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.sealKey, nonce, { authTagLength: TAG_BYTES });
    const sealed = Buffer.concat([cipher.update(JSON.stringify(answer ?? null)), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** @throws when it was sealed with another secret */
  open(sealed: string): Prisma.JsonValue {
    const bytes = Buffer.from(sealed, 'base64');
    const [nonce, tag] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)];
    const decipher = createDecipheriv(CIPHER, this.sealKey, nonce, { authTagLength: TAG_BYTES }).setAuthTag(tag);
    const opened = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return JSON.parse(opened.toString()) as Prisma.JsonValue;
  }
}

import { createHash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;
/** 32 bytes in base64url, without padding. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** A new token for the owner to hand on (`text`), and what the database may know of it. */
export function mintInvitationToken(): { text: string; hash: Uint8Array<ArrayBuffer> } {
  const text = randomBytes(SECRET_BYTES).toString('base64url');
  return { text, hash: sha256(text) };
}

/** The hash by which an invitation is found; null when the text has not the form of a token. */
export const parseInvitationToken = (text: string): Uint8Array<ArrayBuffer> | null =>
  TOKEN.test(text) ? sha256(text) : null;

const sha256 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(createHash('sha256').update(text).digest());

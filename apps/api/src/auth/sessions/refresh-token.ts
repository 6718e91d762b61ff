import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { validate, v7 as uuidv7 } from 'uuid';

const SECRET_BYTES = 32;
/** 32 bytes in base64url, without padding. */
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** A new token for the client (`text`), and what the database may know of it. */
export interface MintedToken {
  id: string;
  text: string;
  hash: Buffer;
}

/** A token as a client shows it: the id finds its row, the hash proves that it is not made up. */
export interface ShownToken {
  id: string;
  hash: Buffer;
}

/**
 * `<id>.<secret>`: a UUID and 256 random bits in base64url. So much randomness needs no slow hash against guessing:
 * SHA-256 is there for the day on which the table is read by the wrong people.
 */
export function mintRefreshToken(): MintedToken {
  const id = uuidv7();
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { id, text: `${id}.${secret}`, hash: sha256(secret) };
}

/** @returns null when `text` has not the form of a refresh token */
export function parseRefreshToken(text: string): ShownToken | null {
  const [id = '', secret = '', ...rest] = text.split('.');
  if (!validate(id) || !SECRET.test(secret) || rest.length > 0) return null;
  return { id, hash: sha256(secret) };
}

/** Compares hashes in a time that does not tell how much of them is alike. */
export const sameHash = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other);

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'mik_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 238 random bits: no slow hash is needed against guessing. */
const SECRET_LENGTH = 40;
/** A CRC-32 in base 62. */
const CHECKSUM_LENGTH = 6;
const KEY = /^mik_[0-9A-Za-z]{46}$/;
/** Of the key, shown in lists: enough to tell one from another, and 208 bits short of the whole. */
const SHOWN_LENGTH = PREFIX.length + 5;

/** A new key for its maker (`text`), and what the database may know of it. */
export interface MintedKey {
  text: string;
  prefix: string;
  hash: Buffer;
}

/** `mik_`, a secret, and its checksum: a scanner that looks for leaked keys can tell one without asking anybody. */
export function mintApiKey(): MintedKey {
  const secret = Array.from({ length: SECRET_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  const text = `${PREFIX}${secret}${checksum(secret)}`;
  return { text, prefix: text.slice(0, SHOWN_LENGTH), hash: hashOf(text) };
}

/** Whether a bearer token claims to be an API key at all. */
export const looksLikeApiKey = (token: string): boolean => token.startsWith(PREFIX);

/** SHA-256 of a key, by which it is found; null when it has not the form of one, or a letter of it was mistyped. */
export function parseApiKey(text: string): Buffer | null {
  if (!KEY.test(text)) return null;
  const secret = text.slice(PREFIX.length, PREFIX.length + SECRET_LENGTH);
  return text.endsWith(checksum(secret)) ? hashOf(text) : null;
}

function checksum(secret: string): string {
  let rest = crc32(secret);
  let digits = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    digits = `${ALPHABET[rest % ALPHABET.length]}${digits}`;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return digits;
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

import { createHmac, timingSafeEqual } from 'node:crypto';
import { parse, stringify, validate } from 'uuid';
import type { LeaseRequest } from '#libs/playback/lease.js';

/** What the URLs of a playback are bound to, besides its id. */
export type GateGrant = Pick<LeaseRequest, 'userId' | 'assetId' | 'sessionId'>;

/** Keeps these signatures apart from whatever else the secret signs. */
const PURPOSE = 'media-inbox playback gate v1';
const UUID_BYTES = 16;
const GRANT_BYTES = 3 * UUID_BYTES;
/** Three UUIDs and an HMAC-SHA256 in base64url, without padding. */
const TOKEN = /^[A-Za-z0-9_-]{107}$/;

const mac = (secret: string, playbackId: string, grant: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(`${PURPOSE}\0`).update(parse(playbackId)).update(grant).digest();

/**
 * What makes a URL of a playback good: whose it is, of which asset and session, and a signature over these and the
 * playback. It has no end of its own: it is worth something as long as the playback has its place.
 */
export function mintGateToken(secret: string, playbackId: string, { userId, assetId, sessionId }: GateGrant): string {
  const grant = Buffer.concat([parse(userId), parse(assetId), parse(sessionId)]);
  return Buffer.concat([grant, mac(secret, playbackId, grant)]).toString('base64url');
}

/** @returns null when the token was not made here, or for another playback; says so in a constant time */
export function readGateToken(secret: string, playbackId: string, token: string): GateGrant | null {
  if (!validate(playbackId) || !TOKEN.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  const grant = bytes.subarray(0, GRANT_BYTES);
  if (!timingSafeEqual(bytes.subarray(GRANT_BYTES), mac(secret, playbackId, grant))) return null;
  // Several texts decode to the same bytes: only the one that was given out is good.
  if (bytes.toString('base64url') !== token) return null;
  return { userId: uuidAt(grant, 0), assetId: uuidAt(grant, 1), sessionId: uuidAt(grant, 2) };
}

const uuidAt = (bytes: Buffer, index: number): string =>
  stringify(bytes.subarray(index * UUID_BYTES, (index + 1) * UUID_BYTES));

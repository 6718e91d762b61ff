import { v7 as uuidv7 } from 'uuid';
import { announce } from '#libs/database/announce.js';
import type { Transaction } from '#libs/database/database.js';
import { notify } from './notify.js';

/** What each kind of event tells besides its subject. */
export interface EventPayloads {
  'asset.created': { uploadId: string; filename: string; mimeType: string; size: string };
  'asset.ready': { warnings: number };
  'asset.failed': { code: string; reason: string };
  /** A virus was found in it; the bytes are removed. */
  'asset.infected': { filename: string; reason: string };
  /** It stays READY with what was made of it before. */
  'asset.reprocessing-failed': { code: string; reason: string };
  /** One more stream or file beside it is there: hls-360p, storyboard. */
  'asset.rendition-ready': { kind: string };
  'asset.streams-ready': { streams: number };
  'asset.streams-failed': { code: string; reason: string };
  /** People changed what is said of it. */
  'asset.updated': { revision: number };
  /** New content was accepted; it is served once it is READY, which another asset.ready tells. */
  'asset.replaced': { uploadId: string; version: number };
  /** Into the trash, or for good: then asset.purged follows. */
  'asset.deleted': { filename: string };
  'asset.restored': { filename: string };
  /** Nothing is left of it. */
  'asset.purged': { filename: string };
  /** For whoever sends mail: the address that it was is told, too. */
  'user.email-changed': { from: string; to: string };
  'user.password-changed': { sessions: number };
  /** It is shown from now on: all its assets are READY. */
  'post.created': { authorId: string };
  'post.deleted': { authorId: string };
  /** Its file could not be fetched, or is not one that may be uploaded. */
  'upload.rejected': { code: string; reason: string; filename: string };
  'tenant.invitation-created': { email: string; role: string; expiresAt: string };
  'tenant.member-joined': { email: string; role: string };
  'tenant.member-removed': { email: string };
}

export type EventType = keyof EventPayloads;

export interface DomainEvent<Type extends EventType> {
  type: Type;
  tenantId: string;
  subjectId: string;
  payload: EventPayloads[Type];
}

/** Records an event in the transaction that makes it true; its delivery reads the rows. */
export async function recordEvent<Type extends EventType>(tx: Transaction, event: DomainEvent<Type>): Promise<void> {
  const id = uuidv7();
  await tx.event.create({ data: { id, ...event }, select: { id: true } });
  if (event.type === 'asset.ready' || event.type === 'asset.failed') await tellOwner(tx, id, event);
}

/** As recordEvent, of many things at once that nobody is told of in person. */
export async function recordEvents<Type extends Exclude<EventType, 'asset.ready' | 'asset.failed'>>(
  tx: Transaction,
  events: readonly DomainEvent<Type>[],
): Promise<void> {
  if (events.length > 0) await tx.event.createMany({ data: events.map((event) => ({ id: uuidv7(), ...event })) });
}

/** Those who uploaded a file are told what became of it, each time that it is processed. */
async function tellOwner(
  tx: Transaction,
  eventId: string,
  { type, tenantId, subjectId: assetId, payload }: DomainEvent<EventType>,
) {
  announce(tx, { assets: [assetId] });
  const asset = await tx.asset.findUnique({
    where: { id: assetId, tenantId },
    select: { ownerId: true, title: true, filename: true },
  });
  if (!asset) return;
  const told = { assetId, name: asset.title ?? asset.filename };
  const topic = `event:${eventId}`;
  if (type === 'asset.failed' && 'code' in payload)
    return notify(tx, asset.ownerId, { kind: 'asset.failed', topic, payload: { ...told, ...payload } });
  if (type === 'asset.ready') return notify(tx, asset.ownerId, { kind: 'asset.ready', topic, payload: told });
}

import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '#libs/database/database.js';

/** What each kind of event tells besides its subject. */
export interface EventPayloads {
  'asset.created': { uploadId: string; filename: string; mimeType: string; size: string };
  'asset.ready': { warnings: number };
  'asset.failed': { code: string; reason: string };
  /** It stays READY with what was made of it before. */
  'asset.reprocessing-failed': { code: string; reason: string };
  'asset.deleted': { filename: string };
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
  await tx.event.create({ data: { id: uuidv7(), ...event }, select: { id: true } });
}

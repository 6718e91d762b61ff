import { api, ask, type Schemas } from '../../api/client';
import { ApiProblem, hasCode } from '../../api/problem';
import type { PickedFile } from '../dropped-files';
import { PartUrls } from './part-urls';
import { put } from './put';
import { alone, fingerprintOf, forget, recall, remember } from './remembered';
import { CANCELLED, cancelUpload, completeUpload, declare, type Sending } from './requests';

/** Parts of one file on their way at once, where there are slots. */
const LANES = 3;
/** What a store says of a URL that is over, as after a laptop's sleep. */
const FORBIDDEN = 403;

interface Parts {
  uploadId: string;
  /** Bytes of each but the last. */
  size: number;
  count: number;
  /** Numbers of those that are there. */
  arrived: ReadonlySet<number>;
}

/**
 * Sends a file in parts, and goes on where it was left: by this page or by one that was closed. What has arrived stays,
 * whatever ends it.
 */
export const sendInParts = (picked: PickedFile, sending: Sending): Promise<Schemas['Asset']> =>
  alone(fingerprintOf(picked.file), sending.signal, (fingerprint) => sendOrGoOn(picked, fingerprint, sending));

async function sendOrGoOn(picked: PickedFile, fingerprint: string, sending: Sending): Promise<Schemas['Asset']> {
  const { signal, onFinishing } = sending;
  try {
    const parts = (await arrivedOf(fingerprint)) ?? (await begin(picked, fingerprint));
    signal.throwIfAborted();
    await sendMissing(picked.file, parts, sending);
    onFinishing();
    const asset = await completeUpload(parts.uploadId);
    forget(fingerprint);
    return asset;
  } catch (error) {
    if (signal.reason === CANCELLED) await abandonParts(fingerprint);
    throw error;
  }
}

/** Ends what was begun of a file, on the server as well. */
export async function abandonParts(fingerprint: string): Promise<void> {
  const known = recall(fingerprint);
  if (!known) return;
  forget(fingerprint);
  await cancelUpload(known.uploadId);
}

async function begin(picked: PickedFile, fingerprint: string): Promise<Parts> {
  const body = declare(picked);
  const { uploadId, parts } = await ask(api.POST('/uploads/multipart', { body, params: { header: {} } }));
  const { name, size } = picked.file;
  remember(fingerprint, { uploadId, name, size, folder: picked.folder });
  return { uploadId, ...parts, arrived: new Set() };
}

/** What there is of a file; null when nothing is, or its upload has ended. */
export async function arrivedOf(fingerprint: string): Promise<Parts | null> {
  const known = recall(fingerprint);
  if (!known) return null;
  const { uploadId } = known;
  try {
    const path = { id: uploadId };
    const { parts, state } = await ask(api.GET('/uploads/{id}', { params: { path } }));
    if (!parts) return null;
    const all = Array.from({ length: parts.count }, (_, index) => index + 1);
    // Only the answer was lost: complete says it again.
    if (state === 'COMPLETED') return { uploadId, ...parts, arrived: new Set(all) };
    return { uploadId, ...parts, arrived: (await numbersOf(uploadId)) ?? new Set(all) };
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status >= 500 || error.status === 429) throw error;
    // Another account's is left alone: it may sign in again.
    if (!hasCode(error, 'UPLOAD_NOT_FOUND')) forget(fingerprint);
    return null;
  }
}

/** Null when the parts have been put together already. */
async function numbersOf(id: string): Promise<Set<number> | null> {
  const numbers = new Set<number>();
  for (let cursor: string | undefined; ;) {
    try {
      const query = { ...(cursor !== undefined && { cursor }) };
      const page = await ask(api.GET('/uploads/{id}/parts', { params: { path: { id }, query } }));
      for (const { number } of page.items) numbers.add(number);
      if (page.nextCursor === null) return numbers;
      cursor = page.nextCursor;
    } catch (error) {
      if (hasCode(error, 'UPLOAD_ENDED')) return null;
      throw error;
    }
  }
}

async function sendMissing(file: File, parts: Parts, { signal, slots, onSent }: Sending): Promise<void> {
  const { uploadId, size, count, arrived } = parts;
  const sizeOf = (number: number): number => Math.min(size, file.size - (number - 1) * size);
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter((number) => !arrived.has(number));
  const urls = new PartUrls(uploadId);
  const onTheirWay = new Map<number, number>();
  let whole = [...arrived].reduce((sum, number) => sum + sizeOf(number), 0);
  const tell = (): void => onSent(whole + [...onTheirWay.values()].reduce((sum, bytes) => sum + bytes, 0));
  tell();

  const send = async (number: number): Promise<void> => {
    const slice = file.slice((number - 1) * size, number * size);
    const attempt = async (): Promise<void> =>
      put(await urls.take(number, missing), slice, {
        signal,
        onSent: (bytes) => {
          onTheirWay.set(number, bytes);
          tell();
        },
      });
    await attempt().catch((error: unknown) => {
      if (error instanceof ApiProblem && error.status === FORBIDDEN) return attempt();
      throw error;
    });
    onTheirWay.delete(number);
    whole += sizeOf(number);
    tell();
  };

  let failure: { error: unknown } | null = null;
  const lane = async (): Promise<void> => {
    try {
      while (failure === null) {
        const isDone = await slots.run(signal, async () => {
          const number = failure === null ? missing.shift() : undefined;
          if (number !== undefined) await send(number);
          return number === undefined;
        });
        if (isDone) return;
      }
    } catch (error) {
      // The other lanes bring to its end what they have begun: it need not be sent again.
      failure ??= { error };
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const failed = failure as { error: unknown } | null;
  if (failed) throw failed.error;
}

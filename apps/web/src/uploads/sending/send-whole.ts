import { api, ask, type Schemas } from '../../api/client';
import { isTransient } from '../../api/problem';
import type { PickedFile } from '../dropped-files';
import { put } from './put';
import { CANCELLED, cancelUpload, completeUpload, declare, type Sending } from './requests';

interface Begun extends Pick<Schemas['PresignedUpload'], 'uploadId' | 'uploadUrl' | 'method' | 'headers'> {
  /** Its bytes are there; perhaps it is complete, and only the answer was lost. */
  isThere: boolean;
}

/** Uploads that were begun and not ended: to begin anew would take their room twice, and might make a second asset. */
const begun = new WeakMap<PickedFile, Begun>();

export async function sendWhole(picked: PickedFile, sending: Sending): Promise<Schemas['Asset']> {
  const { slots, signal } = sending;
  try {
    return await slots.run(signal, () => sendOrGoOn(picked, sending));
  } catch (error) {
    // Perhaps it was begun earlier, and waited for its turn.
    if (signal.reason === CANCELLED) await abandonWhole(picked);
    throw error;
  }
}

async function sendOrGoOn(picked: PickedFile, sending: Sending): Promise<Schemas['Asset']> {
  const { signal, onSent, onFinishing } = sending;
  const known = begun.get(picked);
  try {
    const upload = known ?? (await begin(picked));
    signal.throwIfAborted();
    if (!upload.isThere) await put(upload, picked.file, { onSent, signal });
    upload.isThere = true;
    onFinishing();
    const asset = await completeUpload(upload.uploadId);
    begun.delete(picked);
    return asset;
  } catch (error) {
    if (signal.aborted || isTransient(error)) throw error;
    await abandonWhole(picked);
    // It may have expired since it was begun.
    if (known) return sendOrGoOn(picked, sending);
    throw error;
  }
}

async function begin(picked: PickedFile): Promise<Begun> {
  const presigned = await ask(api.POST('/uploads/presign', { body: declare(picked), params: { header: {} } }));
  const upload = { ...presigned, isThere: false };
  begun.set(picked, upload);
  return upload;
}

export async function abandonWhole(picked: PickedFile): Promise<void> {
  const upload = begun.get(picked);
  begun.delete(picked);
  if (upload) await cancelUpload(upload.uploadId);
}

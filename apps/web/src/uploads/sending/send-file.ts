import { api, ask, type Schemas } from '../../api/client';
import type { PickedFile } from '../dropped-files';
import { put } from './put';
import { isInParts } from './remembered';
import { cancelUpload, completeUpload, declare, type Sending } from './requests';
import { sendInParts } from './send-in-parts';

/**
 * Brings a file to the store, in parts when it is large, and says that it is there.
 *
 * @returns the asset
 * @throws ApiProblem, Unreachable; an AbortError when the signal aborts
 */
export const sendFile = (picked: PickedFile, sending: Sending): Promise<Schemas['Asset']> =>
  isInParts(picked.file) ? sendInParts(picked, sending) : sendWhole(picked, sending);

async function sendWhole(
  picked: PickedFile,
  { signal, slots, onSent, onFinishing }: Sending,
): Promise<Schemas['Asset']> {
  return slots.run(signal, async () => {
    const body = declare(picked);
    const presigned = await ask(api.POST('/uploads/presign', { body, params: { header: {} } }));
    try {
      signal.throwIfAborted();
      await put(presigned, picked.file, { onSent, signal });
    } catch (error) {
      // What is left of it begins anew.
      if (signal.aborted) void cancelUpload(presigned.uploadId);
      throw error;
    }
    onFinishing();
    return completeUpload(presigned.uploadId);
  });
}

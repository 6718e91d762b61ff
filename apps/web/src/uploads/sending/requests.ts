import { api, ask, type Schemas } from '../../api/client';
import type { PickedFile } from '../dropped-files';
import type { Slots } from './slots';
import { contentTypeOf } from '../types';

const LABEL_LENGTH = 200;
/** The reason of a signal that ends an upload for good; any other leaves what has arrived for later. */
export const CANCELLED = 'cancelled';

export interface Sending {
  /** Bytes of the file that are there. */
  onSent: (bytes: number) => void;
  /** All bytes are there; the server looks at them. */
  onFinishing: () => void;
  signal: AbortSignal;
  /** Shared by all that is on its way. */
  slots: Slots;
}

/** What the server is to be told of a file. */
export const declare = ({ file, folder }: PickedFile) => ({
  filename: file.name,
  contentType: contentTypeOf(file),
  fileSize: file.size,
  ...(folder !== '' && { labels: { folder: folder.slice(0, LABEL_LENGTH) } }),
});

/** Ends an upload that nobody wants any longer; should it not work out, it ends by itself later. */
export const cancelUpload = (id: string): Promise<unknown> =>
  ask(api.DELETE('/uploads/{id}', { params: { path: { id } } })).catch(() => undefined);

/** @throws ApiProblem, Unreachable */
export async function completeUpload(uploadId: string): Promise<Schemas['Asset']> {
  return (await ask(api.POST('/uploads/complete', { body: { uploadId }, params: { header: {} } }))).asset;
}

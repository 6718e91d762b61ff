import { api, ask, type Schemas } from '../api/client';
import { type ApiProblem, problemOf, Unreachable } from '../api/problem';
import { contentTypeOf } from './types';
import type { PickedFile } from './dropped-files';

const LABEL_LENGTH = 200;

interface Sending {
  /** Bytes of the file that are there. */
  onSent: (bytes: number) => void;
  /** All bytes are there; the server looks at them. */
  onFinishing: () => void;
  signal: AbortSignal;
}

/**
 * Asks for a URL, puts the bytes there, says that they are there.
 *
 * @returns the asset
 * @throws ApiProblem, Unreachable; an AbortError when the signal aborts
 */
export async function sendFile({ file, folder }: PickedFile, sending: Sending): Promise<Schemas['Asset']> {
  const { signal } = sending;
  const body = {
    filename: file.name,
    contentType: contentTypeOf(file),
    fileSize: file.size,
    ...(folder !== '' && { labels: { folder: folder.slice(0, LABEL_LENGTH) } }),
  };
  const presigned = await ask(api.POST('/uploads/presign', { body, params: { header: {} }, signal }));
  await put(presigned, file, sending);
  sending.onFinishing();
  const { uploadId } = presigned;
  const { asset } = await ask(api.POST('/uploads/complete', { body: { uploadId }, params: { header: {} }, signal }));
  return asset;
}

/** XMLHttpRequest tells how much of a body has been sent; fetch does not. */
function put(to: Schemas['PresignedUpload'], file: File, { onSent, signal }: Sending): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    request.open(to.method, to.uploadUrl);
    for (const [name, value] of Object.entries(to.headers))
      if (name.toLowerCase() !== 'content-length') request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => (request.status < 300 ? resolve() : reject(refusal(request)));
    request.onerror = () => reject(new Unreachable('the store cannot be reached'));
    request.onabort = () => reject(new DOMException('stopped', 'AbortError'));
    request.onloadend = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort);
    request.send(file);
  });
}

/** The embedded store answers with problem documents, an S3 with XML. */
function refusal(request: XMLHttpRequest): ApiProblem {
  const headers = { 'retry-after': request.getResponseHeader('retry-after') ?? '' };
  const { status, statusText } = request;
  return problemOf(parse(request.responseText), new Response(null, { status, statusText, headers }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

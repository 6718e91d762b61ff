import { type ApiProblem, problemOf, Unreachable } from '../../api/problem';

export interface PutTo {
  uploadUrl: string;
  method: string;
  headers: Record<string, string>;
}

export interface Putting {
  /** Bytes of this body that have been sent. */
  onSent: (bytes: number) => void;
  signal: AbortSignal;
}

/**
 * Sends bytes to a signed URL. XMLHttpRequest tells how much of a body has been sent; fetch does not.
 * @throws ApiProblem, Unreachable; an AbortError when the signal aborts
 */
export function put(to: PutTo, body: Blob, { onSent, signal }: Putting): Promise<void> {
  return new Promise((resolve, reject) => {
    // Stopped while the URL was on its way: nobody would hear of it any more.
    signal.throwIfAborted();
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
    request.send(body);
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

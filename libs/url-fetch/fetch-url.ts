import http from 'node:http';
import https from 'node:https';
import { FetchFailure } from './fetch-failure.js';
import type { UrlRules } from './url-rules.js';

/** Milliseconds for which a server may be silent, before it answers and in the middle of the file. */
const SILENCE_MS = 20_000;
const MOST_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_HEADER_BYTES = 16 * 1024;
/** Answers that another moment may change. */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

export interface Fetched {
  /** After all redirects. */
  url: URL;
  contentType: string | null;
  /** As the server says; it may lie. */
  length: number | null;
  body: AsyncIterable<Buffer>;
}

/**
 * Asks for a file at an address that somebody gave us. Every redirect has to pass the rules as the address itself, no
 * proxy of the environment is used, nothing is unpacked, and nothing of ours is sent along.
 * @throws FetchFailure, or the signal's reason
 */
export async function fetchUrl(start: URL, rules: UrlRules, signal: AbortSignal): Promise<Fetched> {
  let url = start;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    rules.assertAllowed(url);
    const response = await ask(url, rules, signal);
    const location = REDIRECTS.has(response.statusCode ?? 0) ? response.headers.location : undefined;
    if (location === undefined) return opened(url, response);
    response.destroy();
    url = follow(location, url);
  }
  throw new FetchFailure('URL_TOO_MANY_REDIRECTS', `The address redirects more than ${MOST_REDIRECTS} times.`, true);
}

function ask(url: URL, rules: UrlRules, signal: AbortSignal): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http;
    const headers = { 'user-agent': 'media-inbox', accept: '*/*', 'accept-encoding': 'identity' };
    const options = { agent: false, lookup: rules.lookup, maxHeaderSize: MAX_HEADER_BYTES, headers, signal } as const;
    const asking = request(url, options);
    asking.setTimeout(SILENCE_MS, () => asking.destroy(tooSlow()));
    asking.once('response', resolve).once('error', (error) => reject(signal.aborted ? error : unreachable(error)));
    asking.end();
  });
}

function follow(location: string, from: URL): URL {
  try {
    return new URL(location, from);
  } catch (cause) {
    throw new FetchFailure('URL_NOT_ALLOWED', 'The address redirects to something that is none.', true, cause);
  }
}

function opened(url: URL, response: http.IncomingMessage): Fetched {
  const refusal = refusalOf(response);
  if (refusal) {
    response.destroy();
    throw refusal;
  }
  const { 'content-type': contentType = null, 'content-length': length } = response.headers;
  return { url, contentType, length: length === undefined ? null : Number(length), body: bodyOf(response) };
}

function refusalOf({ statusCode: status = 0, headers }: http.IncomingMessage): FetchFailure | null {
  const answered = `The server there answers ${status}.`;
  if (status === 404 || status === 410) return new FetchFailure('URL_NOT_FOUND', answered, true);
  if (status >= 500 || LATER.has(status)) return new FetchFailure('URL_UNREACHABLE', answered, false);
  if (status !== 200) return new FetchFailure('URL_REFUSED', answered, true);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return null;
  return new FetchFailure(
    'URL_COMPRESSED',
    'The server there sends the file compressed; it has to send it as it is.',
    true,
  );
}

async function* bodyOf(response: http.IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof FetchFailure) throw error;
    throw new FetchFailure('URL_BROKEN_OFF', 'The server there broke off before the file was whole.', false, error);
  }
}

const tooSlow = (): FetchFailure => new FetchFailure('URL_TOO_SLOW', 'The server there took too long.', false);

/** Nothing of what the system says: it would tell whoever asks what there is behind our walls. */
function unreachable(error: Error & { code?: string }): FetchFailure {
  if (error instanceof FetchFailure) return error;
  if (error.code === 'ENOTFOUND')
    return new FetchFailure('URL_NOT_FOUND', 'There is no host of that name.', false, error);
  return new FetchFailure('URL_UNREACHABLE', 'The server there cannot be reached.', false, error);
}

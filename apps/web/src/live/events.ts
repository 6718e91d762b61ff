import { api, ask, type Schemas } from '../api/client';

export type News = Schemas['Notification'];

/** What the account hears: that it was told something, or that somebody whom it follows has posted. */
export type Heard = { says: 'notification'; news: News } | { says: 'post'; post: Schemas['Post'] };

/** How long to wait before the stream is opened anew, after a refusal or a cut. */
const AGAIN_MS = 5_000;

const channel = new BroadcastChannel('media-inbox-news');

/**
 * Hears what the account is told, until `signal` aborts. Of all tabs one holds the stream and tells the others: browsers
 * open six connections to a server at most, and streams would take them all.
 */
export function hearNews(hear: (heard: Heard) => void, signal: AbortSignal): void {
  const fromOther = ({ data }: MessageEvent<Heard>): void => hear(data);
  channel.addEventListener('message', fromOther);
  signal.addEventListener('abort', () => channel.removeEventListener('message', fromOther));
  const tell = (heard: Heard): void => {
    hear(heard);
    channel.postMessage(heard);
  };
  const work = (): Promise<void> => keepStream(tell, signal);
  if (!('locks' in navigator)) void work();
  else navigator.locks.request('media-inbox-news', { signal }, work).catch(ignoreAbort);
}

async function keepStream(tell: (heard: Heard) => void, signal: AbortSignal): Promise<void> {
  let last: string | undefined;
  while (!signal.aborted) {
    try {
      const { token } = await ask(api.POST('/events/token', { params: { header: {} } }));
      last = await listen(token, last, tell, signal);
    } catch {
      // Offline, or refused: pages ask by themselves meanwhile.
    }
    await pause(AGAIN_MS, signal);
  }
}

/** Listens until the stream ends. @returns how far it is with notifications and posts */
function listen(token: string, last: string | undefined, tell: (heard: Heard) => void, signal: AbortSignal) {
  return new Promise<string | undefined>((resolve) => {
    const query = new URLSearchParams({ token, ...(last !== undefined && { lastEventId: last }) });
    const source = new EventSource(`/events/stream?${query.toString()}`);
    let reached = last;
    const end = (): void => {
      source.close();
      signal.removeEventListener('abort', end);
      resolve(reached);
    };
    signal.addEventListener('abort', end);
    source.addEventListener('hello', ({ lastEventId }) => (reached = lastEventId));
    source.addEventListener('notification', ({ data, lastEventId }: MessageEvent<string>) => {
      reached = lastEventId;
      tell({ says: 'notification', news: JSON.parse(data) as News });
    });
    source.addEventListener('post.created', ({ data, lastEventId }: MessageEvent<string>) => {
      reached = lastEventId;
      tell({ says: 'post', post: JSON.parse(data) as Schemas['Post'] });
    });
    source.addEventListener('goodbye', end);
    // The browser would try again with a token that is over by then.
    source.addEventListener('error', end);
  });
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

const ignoreAbort = (error: unknown): void => {
  if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
};

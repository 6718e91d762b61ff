import { api, ask, type Schemas } from '../api/client';

export type News = Schemas['Notification'];

/** What the account hears: that it was told something, or that somebody whom it follows has posted. */
export type Heard = { says: 'notification'; news: News } | { says: 'post'; post: Schemas['Post'] };

/** How long to wait before the stream is opened anew, after a refusal or a cut. */
const AGAIN_MS = 5_000;

/** What tabs tell each other: news, with how far the stream is then, so that the next tab to hold it goes on there. */
interface Told {
  heard?: Heard;
  reached?: string;
  /** A tab that was just opened knows nothing yet. */
  asks?: true;
}

const channel = new BroadcastChannel('media-inbox-news');

/**
 * Hears what the account is told, until `signal` aborts. Of all tabs one holds the stream and tells the others: browsers
 * open six connections to a server at most, and streams would take them all. Without locks (plain http) each has its own.
 */
export function hearNews(hear: (heard: Heard) => void, signal: AbortSignal): void {
  const stream = new NewsStream(hear, signal);
  if (!('locks' in navigator)) {
    void stream.keep();
    return;
  }
  let holds = false;
  const tell = (told: Told): void => channel.postMessage(told);
  const onMessage = ({ data: { heard, reached, asks } }: MessageEvent<Told>): void => {
    if (reached !== undefined) stream.reached = reached;
    if (heard) hear(heard);
    if (asks && holds) tell({ reached: stream.reached });
  };
  channel.addEventListener('message', onMessage);
  signal.addEventListener('abort', () => channel.removeEventListener('message', onMessage));
  tell({ asks: true });
  navigator.locks
    .request('media-inbox-news', { signal }, () => {
      holds = true;
      stream.tell = tell;
      return stream.keep();
    })
    .catch(ignoreAbort);
}

class NewsStream {
  /** How far it is with notifications and posts, as the server says it. */
  reached: string | undefined;
  tell: (told: Told) => void = () => undefined;

  constructor(
    private readonly hear: (heard: Heard) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** Listens, and again when it is cut off. */
  async keep(): Promise<void> {
    while (!this.signal.aborted) {
      try {
        const { token } = await ask(api.POST('/events/token', { params: { header: {} } }));
        await this.listen(token);
      } catch {
        // Offline, or refused: pages ask by themselves meanwhile.
      }
      await pause(AGAIN_MS, this.signal);
    }
  }

  private listen(token: string): Promise<void> {
    return new Promise((resolve) => {
      const query = new URLSearchParams({ token, ...(this.reached !== undefined && { lastEventId: this.reached }) });
      const source = new EventSource(`/events/stream?${query.toString()}`);
      const end = (): void => {
        source.close();
        this.signal.removeEventListener('abort', end);
        resolve();
      };
      this.signal.addEventListener('abort', end);
      const take = (reached: string, heard?: Heard): void => {
        this.reached = reached;
        if (heard) this.hear(heard);
        this.tell({ heard, reached });
      };
      source.addEventListener('hello', ({ lastEventId }) => take(lastEventId));
      source.addEventListener('notification', ({ data, lastEventId }: MessageEvent<string>) =>
        take(lastEventId, { says: 'notification', news: JSON.parse(data) as News }),
      );
      source.addEventListener('post.created', ({ data, lastEventId }: MessageEvent<string>) =>
        take(lastEventId, { says: 'post', post: JSON.parse(data) as Schemas['Post'] }),
      );
      source.addEventListener('goodbye', end);
      // The browser would try again with a token that is over by then.
      source.addEventListener('error', end);
    });
  }
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, milliseconds);
    signal.addEventListener('abort', over);
  });

const ignoreAbort = (error: unknown): void => {
  if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
};

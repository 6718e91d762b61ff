import type { Caller } from '../http/access.js';

/** Why a connection was ended by us, for the client to know what to do. */
export const endings = {
  TOKEN_EXPIRED: 'The access token has expired; connect again with a new one.',
  SESSION_ENDED: 'The session has ended; sign in again.',
  TOO_MANY_MESSAGES: 'Too many messages; connect again and send fewer.',
  TOO_SLOW: 'The connection does not keep up; connect again and say what came last.',
} as const;

export type Ending = keyof typeof endings;

/** The way to one client, whatever it is made of. */
export interface Channel {
  send(event: string, data: object): void;
  /** Messages that have not left this process. */
  backlog(): number;
  /** Resolves when there is room for more, or nobody any longer to send it to. */
  taken(): Promise<void>;
  end(why: Ending): void;
}

/** How far a client is: the numbers of the last notification and the last post that it has. */
export interface Progress {
  lastNotification: number;
  lastPost: number;
}

/** What a client says of that: null is nothing, then it begins with the next one. */
export type ClaimedProgress = { [Number in keyof Progress]: number | null };

/** Rows in order, each with the number by which they are ordered. */
export interface Source<Item> {
  /** The next ones after a number, oldest first. */
  read: (after: number, limit: number) => Promise<{ number: number; item: Item }[]>;
  send: (item: Item, number: number) => void;
  /** As of a channel: a long way to catch up with is not read into memory for who takes it slowly, or not at all. */
  taken: () => Promise<void>;
}

const AT_ONCE = 100;

/** Sends rows to a client, each once and in order, however often and whenever it is told that there are more. */
export class Follower<Item> {
  private reading = false;
  private again = false;

  constructor(
    private readonly source: Source<Item>,
    /** The number of the last row that the client has. */
    public reached: number,
    private readonly isOpen: () => boolean,
  ) {}

  /** @throws what reading throws; the rows are sent at the next call */
  async look(): Promise<void> {
    this.again = true;
    if (this.reading) return;
    this.reading = true;
    try {
      while (this.again && this.isOpen()) {
        this.again = false;
        while ((await this.sendSome()) === AT_ONCE && this.isOpen()) await this.source.taken();
      }
    } finally {
      this.reading = false;
    }
  }

  private async sendSome(): Promise<number> {
    const rows = await this.source.read(this.reached, AT_ONCE);
    for (const { number, item } of rows) {
      if (!this.isOpen()) break;
      this.reached = number;
      this.source.send(item, number);
    }
    return rows.length;
  }
}

/** Somebody who is connected and hears what concerns them. */
export class Listener {
  open = true;
  /** Assets that have not been said to be READY or FAILED. */
  readonly watched = new Set<string>();
  /** The number of the last post that the client has. */
  lastPost = 0;
  /** Set when the hub knows it. */
  notifications!: Pick<Follower<never>, 'look' | 'reached'>;

  constructor(
    readonly caller: Caller & { sessionId: string },
    readonly channel: Channel,
  ) {}

  get progress(): Progress {
    return { lastNotification: this.notifications.reached, lastPost: this.lastPost };
  }

  end(why: Ending): void {
    if (this.open) this.channel.end(why);
    this.open = false;
  }
}

import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { signUp, type AssetBody } from '../../support/account.js';
import { photo } from '../../support/photos.js';
import { until } from '../../support/until.js';
import { PersistentClient, type Accepted, type Call } from './persistent-client.js';

/** Width and height in pixels of what is uploaded, in turn: some are done at once, some take a moment. */
const SIZES = [
  [160, 120],
  [320, 240],
  [640, 480],
  [1200, 900],
] as const;

/** As long as a fault that stops everything may last. */
const MORE_WITHIN_MS = 120_000;

let made: Promise<Buffer[]> | undefined;

/** The pictures without what makes each upload another file. */
export const photos = (): Promise<Buffer[]> =>
  (made ??= Promise.all(SIZES.map(([width, height]) => photo(width, height))));

/** The same picture as another file: decoders do not read behind the end of a JPEG. */
export const another = (jpeg: Buffer, trailer = ''): Buffer =>
  Buffer.concat([jpeg, randomBytes(12), Buffer.from(trailer)]);

/** A steady stream of real uploads by several accounts, each of which sends one file after the other. */
export class Traffic {
  readonly accepted: Accepted[] = [];
  private going = true;
  private readonly loops: Promise<void>[];
  private failure: { error: unknown } | undefined;

  private constructor(
    private readonly clients: readonly PersistentClient[],
    readonly calls: readonly Call[],
    private readonly pictures: readonly Buffer[],
    private readonly pauseMs: number,
    private readonly end: AbortController,
  ) {
    this.loops = clients.map((client) => this.loop(client));
  }

  /** Resolves when the first uploads have been accepted. @param pauseMs longest wait between two files of an account */
  static async start(url: string, { accounts, pauseMs }: { accounts: number; pauseMs: number }): Promise<Traffic> {
    const calls: Call[] = [];
    const signedUp = await Promise.all(Array.from({ length: accounts }, () => signUp(url)));
    const end = new AbortController();
    const clients = signedUp.map((account) => new PersistentClient(account, calls, end.signal));
    const traffic = new Traffic(clients, calls, await photos(), pauseMs, end);
    await traffic.more(accounts);
    return traffic;
  }

  /** Uploads a file of the caller's choice besides the others. */
  async send(bytes: Buffer): Promise<Accepted> {
    const accepted = await this.someone.upload(bytes);
    this.accepted.push(accepted);
    return accepted;
  }

  /** What its owner sees of a file that `send` has sent. */
  async show({ assetId }: Accepted): Promise<AssetBody> {
    const { status, body } = await this.someone.account.ask<AssetBody>('GET', `/assets/${assetId}`);
    if (status !== 200) throw new Error(`asset: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  private get someone(): PersistentClient {
    const [client] = this.clients;
    if (!client) throw new Error('nobody uploads');
    return client;
  }

  /** Resolves when so many more uploads have been accepted. */
  async more(count: number): Promise<void> {
    const wanted = this.accepted.length + count;
    await until(
      () => {
        if (this.failure) throw this.failure.error;
        return this.accepted.length;
      },
      (accepted) => accepted >= wanted,
      MORE_WITHIN_MS,
    );
  }

  /** Answers to requests of a kind that were sent since. @param since milliseconds since the epoch */
  callsSince(since: number, what?: Call['what']): Call[] {
    return this.calls.filter((call) => call.at >= since && (what === undefined || call.what === what));
  }

  /** Resolves when every upload under way is accepted. @throws what a client could not get over */
  async stop(): Promise<void> {
    this.going = false;
    await Promise.all(this.loops);
    if (this.failure) throw this.failure.error;
  }

  /** Uploads nothing more, whatever is under way. */
  async abandon(): Promise<void> {
    this.going = false;
    this.end.abort(new Error('the traffic was abandoned'));
    await Promise.all(this.loops);
  }

  private async loop(client: PersistentClient): Promise<void> {
    try {
      for (let turn = 0; this.going; turn++) {
        const picture = this.pictures[turn % this.pictures.length] ?? Buffer.alloc(0);
        this.accepted.push(await client.upload(another(picture)));
        await delay(Math.random() * this.pauseMs);
      }
    } catch (error) {
      this.failure ??= { error };
    }
  }
}

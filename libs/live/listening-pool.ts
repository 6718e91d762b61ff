import pg from 'pg';

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * A pool one of whose connections listens. socket.io's adapter asks for the next one when it is gone without giving it
 * back, asks twice when it was lost while LISTEN was sent, and may end before it has it: the pool would be used up
 * for good, or never end. So there is one that listens, the last that was asked for, and it is the pool that ends it.
 */
export class ListeningPool extends pg.Pool {
  private takeBack: () => void = () => undefined;

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.PoolClient> | void {
    // That of a single statement, which the pool itself gives back.
    if (callback) return super.connect(callback);
    return super.connect().then((client) => this.handOut(client));
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | void {
    this.takeBack();
    return callback ? super.end(callback) : super.end();
  }

  private handOut(client: pg.PoolClient): pg.PoolClient {
    this.takeBack();
    const release = client.release.bind(client);
    let isOut = true;
    const giveBack = (destroy?: Error | boolean): void => {
      if (isOut) release(destroy);
      isOut = false;
    };
    client.release = giveBack;
    client.once('end', () => giveBack(true));
    this.takeBack = () => {
      // Whoever has it would ask for another one.
      if (isOut) client.removeAllListeners('end');
      giveBack(true);
    };
    return client;
  }
}

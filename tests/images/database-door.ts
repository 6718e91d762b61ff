import { once } from 'node:events';
import net from 'node:net';
import { pipeline } from 'node:stream';

export interface DatabaseDoor {
  /** The same database, by TCP on the loopback address. */
  url: string;
  close(): void;
}

/**
 * The tests' PostgreSQL listens on a socket that only its own user may use; containers run as somebody else. This lets
 * them in by TCP.
 */
export async function openDoor(databaseUrl: string): Promise<DatabaseDoor> {
  const url = new URL(databaseUrl);
  const socket = `${url.searchParams.get('host')}/.s.PGSQL.5432`;
  const server = net.createServer((client) => {
    const database = net.connect(socket);
    // Whichever side ends, and however, ends the other: no more is to be done about it.
    pipeline(client, database, client, () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as net.AddressInfo).port);
  return { url: url.href, close: () => void server.close() };
}

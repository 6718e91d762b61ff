import { randomInt } from 'node:crypto';
import net from 'node:net';

// Below the range from which the kernel takes ports for outgoing connections (ip_local_port_range): one of those may
// take a port that was free a moment ago.
const FIRST = 10_000;
const LAST = 32_000;

/** A TCP port on the loopback address that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST);
    if (await canListen(port)) return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

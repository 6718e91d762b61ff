import type { Socket } from 'node:net';

/** Milliseconds in which a client can read its answer before the connection is cut. */
const LINGER_MS = 2_000;

/**
 * For a client that is still sending what nobody wants: it gets its answer and the end of the connection, nothing more
 * is read of what it sends, and a moment later it is cut off. Closed at once, as Node does, its unread bytes would make
 * the system reset the connection, and the answer would be lost on the way (RFC 9112, 9.6).
 */
export function closeSlowly(socket: Socket): void {
  socket.destroySoon = () => {
    socket.end();
    socket.pause();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
}

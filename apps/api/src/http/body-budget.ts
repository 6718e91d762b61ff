import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problem/problem.js';

/** A JSON body has no more bytes than this. */
export const MOST_BODY_BYTES = 1024 * 1024;
/** What all large JSON bodies that one process holds may have together, with their answers still to come. */
const MOST_HELD_BYTES = 64 * MOST_BODY_BYTES;
/** Bodies of the usual size are not counted. */
const SMALL_BYTES = 16 * 1024;

/** Keeps many large bodies at once, which anybody may send, from taking all memory: who is too many is told to wait. */
export class BodyBudget {
  private held = 0;

  /** To be called before a body is read. @throws Problem OVERLOADED */
  hold({ headers }: FastifyRequest, reply: FastifyReply): void {
    if (!headers['content-type']?.startsWith('application/json')) return;
    const size = headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : MOST_BODY_BYTES;
    // What says that it is too large is refused unread.
    if (size <= SMALL_BYTES || size > MOST_BODY_BYTES) return;
    if (this.held + size > MOST_HELD_BYTES)
      throw new Problem('OVERLOADED', 'Too many large requests are being read at the moment; try again in a second.', {
        headers: { 'Retry-After': '1' },
      });
    this.held += size;
    reply.raw.once('close', () => (this.held -= size));
  }
}

import { Inject, Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { PASSWORD_MAX_BYTES } from './auth.schema.js';
import { BoundedQueue } from './bounded-queue.js';

// A hash holds one of libuv's four threads for a quarter of a second; file and DNS calls need the others.
const HASHES_AT_ONCE = 2;
// Some six seconds of work: whoever came later would have given up by then.
const HASHES_WAITING = 50;

/** bcrypt, at the cost that the settings ask for. */
@Injectable()
export class Passwords {
  private readonly cost: number;
  private readonly decoy: string;
  private readonly queue = new BoundedQueue(HASHES_AT_ONCE, HASHES_WAITING);

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.cost = settings.BCRYPT_COST;
    // The form of a hash with the work of one; what its last 31 characters are is never looked at.
    this.decoy = bcrypt.genSaltSync(this.cost) + '.'.repeat(31);
  }

  /** @throws Problem OVERLOADED */
  hash(password: string): Promise<string> {
    return this.queue.run(() => bcrypt.hash(password, this.cost));
  }

  /**
   * Whether `password` is the one that was hashed. Where there is no hash, or the password can be nobody's, the answer
   * is no after the same time, so that it does not tell which accounts exist.
   * @throws Problem OVERLOADED
   */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    const possible = Buffer.byteLength(password) <= PASSWORD_MAX_BYTES && !password.includes('\0');
    const against = possible ? hash : undefined;
    const equal = await this.queue.run(() => bcrypt.compare(password, against ?? this.decoy));
    return equal && against !== undefined;
  }
}

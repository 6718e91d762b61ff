import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import { Problem } from '../problem/problem.js';
import { SealedAnswers } from './sealed-answers.js';

export interface StoredAnswer {
  status: number;
  /** JSON; null where there is none. */
  body: object | string | number | boolean | null;
}

interface KeyRow {
  sameRequest: boolean;
  status: number | null;
  body: string | null;
}

/** A first request that has not been answered for this long died with its process: the key is free again. */
const ABANDONED = '60 seconds';

/** What was answered to which key, for 24 hours. */
@Injectable()
export class IdempotencyKeys {
  private readonly sealed: SealedAnswers;

  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.sealed = new SealedAnswers(settings.JWT_SECRET);
  }

  /**
   * Takes the key for this request (null), or finds what was answered to it before.
   * @throws Problem IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_USE
   */
  async take(userId: string, key: string, request: string): Promise<StoredAnswer | null> {
    const fingerprint = this.sealed.fingerprint(request);
    const taken = await this.database.query(
      'take-idempotency-key',
      `INSERT INTO idempotency_keys AS known (user_id, key, fingerprint) VALUES ($1, $2, $3)
       ON CONFLICT (user_id, key) DO UPDATE SET created_at = now(), fingerprint = excluded.fingerprint
       WHERE known.status IS NULL AND known.created_at < now() - $4::interval
       RETURNING 1`,
      [userId, key, fingerprint, ABANDONED],
    );
    if (taken.length > 0) return null;
    const [known] = await this.database.query<KeyRow>(
      'read-idempotency-key',
      `SELECT fingerprint = $3 AS "sameRequest", status, body #>> '{}' AS body FROM idempotency_keys WHERE user_id = $1 AND key = $2`,
      [userId, key, fingerprint],
    );
    if (known && !known.sameRequest)
      throw new Problem('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key belongs to another request; make a new one.');
    if (known?.status != null)
      return { status: known.status, body: known.body === null ? null : this.sealed.open(known.body) };
    throw inUse();
  }

  /** Says that the first request is still being answered. */
  async keepTaken(userId: string, key: string): Promise<void> {
    await this.database.query(
      'keep-idempotency-key-taken',
      'UPDATE idempotency_keys SET created_at = now() WHERE user_id = $1 AND key = $2 AND status IS NULL',
      [userId, key],
    );
  }

  /** Does nothing where it has been kept in the transaction of what was done (answerIn). */
  async keep(userId: string, key: string, answer: StoredAnswer): Promise<void> {
    await this.database.query(
      'keep-idempotent-answer',
      'UPDATE idempotency_keys SET status = $3, body = $4 WHERE user_id = $1 AND key = $2 AND status IS NULL',
      [userId, key, answer.status, JSON.stringify(this.sealed.seal(answer.body))],
    );
  }

  /** @throws Problem IDEMPOTENCY_KEY_IN_USE; roll back then: another request has done it, or is about to */
  async keepIn(tx: Transaction, userId: string, key: string, { status, body }: StoredAnswer): Promise<void> {
    const kept = await tx.$executeRaw`
      UPDATE idempotency_keys SET status = ${status}, body = ${JSON.stringify(this.sealed.seal(body))}::jsonb
      WHERE user_id = ${userId}::uuid AND key = ${key} AND status IS NULL`;
    if (kept !== 1) throw inUse();
  }

  /** A request that failed may be sent again with the same key. */
  async release(userId: string, key: string): Promise<void> {
    await this.database.query(
      'release-idempotency-key',
      'DELETE FROM idempotency_keys WHERE user_id = $1 AND key = $2 AND status IS NULL',
      [userId, key],
    );
  }
}

const inUse = (): Problem =>
  new Problem('IDEMPOTENCY_KEY_IN_USE', 'The first request with this Idempotency-Key is still being answered.', {
    headers: { 'Retry-After': '1' },
  });

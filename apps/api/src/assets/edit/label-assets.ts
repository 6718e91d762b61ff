import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { recordEvents } from '#libs/events/record.js';
import { recordAudits } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { MOST_LABELS, MOST_LABEL_TEXT, type About } from '../about.schema.js';
import { outcomeOf, type Outcome } from '../bulk/outcome.js';
import { live } from '../readable.js';

/** Gives many assets labels, beside those that they have by other names. */
@Injectable()
export class LabelAssets {
  constructor(private readonly database: Database) {}

  many(ids: readonly string[], labels: NonNullable<About['labels']>, caller: Caller, origin: Origin): Promise<Outcome> {
    const { tenantId } = caller;
    const added = JSON.stringify(labels);
    return this.database.transaction(async (tx) => {
      const rows = await tx.$queryRaw<{ id: string; revision: number }[]>`
        UPDATE assets SET labels = labels || ${added}::jsonb, revision = revision + 1, updated_at = now()
        WHERE id = ANY(${ids}::uuid[]) AND tenant_id = ${tenantId}::uuid
          AND deleted_at IS NULL AND (expires_at IS NULL OR expires_at > now())
          AND (SELECT count(*) FROM jsonb_object_keys(labels || ${added}::jsonb)) <= ${MOST_LABELS}
          AND (SELECT coalesce(sum(length(value #>> '{}')), 0)
            FROM jsonb_path_query(labels || ${added}::jsonb, '$.*[*]') value) <= ${MOST_LABEL_TEXT}
        RETURNING id, revision`;
      await recordAudits(
        tx,
        rows.map(({ id }) => ({
          action: 'asset.updated',
          actor: caller,
          subject: { type: 'asset', id },
          payload: { changed: 'labels' },
        })),
        origin,
      );
      await recordEvents(
        tx,
        rows.map(({ id, revision }) => ({ type: 'asset.updated', tenantId, subjectId: id, payload: { revision } })),
      );
      const outcome = outcomeOf(
        ids,
        rows.map(({ id }) => id),
      );
      const left = outcome.failed.map(({ id }) => id);
      const full = await tx.asset.findMany({ where: { id: { in: left }, tenantId, ...live() }, select: { id: true } });
      const isFull = new Set(full.map(({ id }) => id));
      return {
        ...outcome,
        failed: outcome.failed.map((one) => (isFull.has(one.id) ? { ...one, problem: tooMany() } : one)),
      };
    });
  }
}

const tooMany = (): Problem =>
  new Problem(
    'VALIDATION_FAILED',
    `It would have more than ${MOST_LABELS} labels, or more than ${MOST_LABEL_TEXT} characters in them: take one away first.`,
  );

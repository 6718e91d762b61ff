import { until } from '../../support/until.js';
import type { Lab } from '../lab/lab.js';
import type { Accepted } from '../traffic/persistent-client.js';
import { findBroken, type ListedRendition } from './objects.js';

/** What became of uploads that were accepted. */
export interface Verdict {
  accepted: number;
  ready: number;
  /** How many FAILED by what code, each with a reason. */
  failed: Record<string, number>;
  /** Sentences about assets that are neither READY nor FAILED with a reason, or whose outputs are not whole. */
  lost: string[];
  /** Sentences about what was made, or done, more than once. */
  duplicated: string[];
}

interface AssetRow {
  id: string;
  status: string;
  failureCode: string | null;
  failureReason: string | null;
  sha256: string | null;
  jobs: number;
  /** Runs that completed. */
  commits: number;
  /** Events that said it was ready. */
  announced: number;
  renditions: ListedRendition[];
}

/** Assets that are looked at: a store answers one request after the other slowly, and several at a time well. */
const AT_A_TIME = 8;

const ASSETS = `
  SELECT id, status, failure_code AS "failureCode", failure_reason AS "failureReason", sha256,
    (SELECT count(*)::int FROM jobs WHERE asset_id = assets.id AND kind = 'process-asset') AS jobs,
    (SELECT count(*)::int FROM jobs JOIN job_attempts ON job_id = jobs.id
     WHERE asset_id = assets.id AND kind = 'process-asset' AND outcome = 'COMPLETED') AS commits,
    (SELECT count(*)::int FROM events WHERE subject_id = assets.id AND type = 'asset.ready') AS announced,
    COALESCE((SELECT json_agg(json_build_object('kind', kind, 'key', object_key, 'size', size,
      'width', width, 'height', height) ORDER BY kind) FROM renditions WHERE asset_id = assets.id), '[]') AS renditions
  FROM assets WHERE tenant_id = ANY($1::uuid[])`;

const SETTLED = `
  SELECT count(*)::int AS settled FROM assets WHERE id = ANY($1::uuid[]) AND status IN ('READY', 'FAILED')`;

/** Waits until all is settled, for so long at most. Never rejects because it is not: the verdict says so. */
export async function untilSettled(lab: Lab, accepted: readonly Accepted[], milliseconds: number): Promise<void> {
  const ids = accepted.map(({ assetId }) => assetId);
  const deadline = Date.now() + milliseconds;
  await until(
    async () => (await lab.sql<{ settled: number }>(SETTLED, [ids]))[0]?.settled ?? 0,
    (settled) => settled === ids.length || Date.now() > deadline,
    milliseconds + 30_000,
  );
}

/** Looks at every asset of the accounts that uploaded, and at every object of each. */
export async function judge(lab: Lab, accepted: readonly Accepted[]): Promise<Verdict> {
  const verdict: Verdict = { accepted: accepted.length, ready: 0, failed: {}, lost: [], duplicated: [] };
  const tenants = [...new Set(accepted.map(({ tenantId }) => tenantId))];
  const rows = new Map((await lab.sql<AssetRow>(ASSETS, [tenants])).map((row) => [row.id, row]));
  const waiting = [...accepted];
  const judgeNext = async (): Promise<void> => {
    for (let upload = waiting.pop(); upload; upload = waiting.pop()) {
      const row = rows.get(upload.assetId);
      rows.delete(upload.assetId);
      await judgeOne(lab, upload, row, verdict);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, judgeNext));
  for (const { id } of rows.values()) verdict.duplicated.push(`${id} is an asset that nobody was told of`);
  return verdict;
}

async function judgeOne(lab: Lab, upload: Accepted, row: AssetRow | undefined, verdict: Verdict): Promise<void> {
  const { assetId } = upload;
  if (!row) return void verdict.lost.push(`${assetId} is gone`);
  if (row.jobs > 1) verdict.duplicated.push(`${assetId} has ${row.jobs} jobs`);
  if (row.commits > 1) verdict.duplicated.push(`${assetId} was completed ${row.commits} times`);
  if (row.announced > 1) verdict.duplicated.push(`${assetId} was announced ${row.announced} times`);
  if (row.status === 'FAILED' && row.failureCode && row.failureReason) {
    verdict.failed[row.failureCode] = (verdict.failed[row.failureCode] ?? 0) + 1;
    return;
  }
  if (row.status !== 'READY') return void verdict.lost.push(`${assetId} is ${row.status}`);
  if (row.sha256 !== upload.sha256) verdict.lost.push(`${assetId} is READY with other bytes: ${row.sha256}`);
  const broken = await findBroken(lab.store, upload.objectKey, row.renditions);
  verdict.lost.push(...broken);
  if (broken.length === 0) verdict.ready += 1;
}

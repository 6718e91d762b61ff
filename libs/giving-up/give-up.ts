import type { Transaction } from '#libs/database/database.js';
import { notify } from '#libs/events/notify.js';
import { recordEvent } from '#libs/events/record.js';
import type { JobKind } from '#libs/queue/job-kinds.js';
import { jobPayloads } from '#libs/queue/job-payloads.js';
import type { GiveUp } from '#libs/queue/job-runner.js';
import type { EndedJob, JobFailure } from '#libs/queue/leases.js';
import { giveUpAsset } from './give-up-asset.js';
import { rejectUpload } from './reject-upload.js';
import { removeInfected } from './remove-infected.js';

type OfKind = (tx: Transaction, job: EndedJob, failure: JobFailure, leaseSeconds: number) => Promise<void>;

/** Nobody is told of these: what they leave undone is found by the doctor, or by whoever looks at failed jobs. */
const nobodyWaits: OfKind = () => Promise.resolve();

/** Total: who waits for a new kind of job has to be said. Payloads are read with care: they may be what was wrong. */
const ofKind: Readonly<Record<JobKind, OfKind>> = {
  'process-asset': async (tx, job, failure, leaseSeconds) => {
    const { version = 1, content = null } = jobPayloads['process-asset'].safeParse(job.payload).data ?? {};
    await giveUpAsset(tx, job, { version, content }, failure);
    if (failure.code === 'INFECTED') await removeInfected(tx, job, content, failure, leaseSeconds);
  },
  'make-variant': giveUpVariant,
  'transcode-video': giveUpStreams,
  'fetch-url': async (tx, job, failure, leaseSeconds) => {
    const { uploadId } = jobPayloads['fetch-url'].safeParse(job.payload).data ?? {};
    if (uploadId !== undefined) await rejectUpload(tx, job, uploadId, failure, leaseSeconds);
  },
  'export-account': giveUpExport,
  // The page shows no location already; the administrator finds the job that has to take it out of the bytes.
  'strip-location': nobodyWaits,
  'delete-objects': nobodyWaits,
  'fan-out-post': nobodyWaits,
  'erase-account': nobodyWaits,
};

/** @param leaseSeconds how long a run that was cancelled may go on */
export const giveUpWith =
  (leaseSeconds: number): GiveUp =>
  (tx, job, failure) =>
    ofKind[job.kind](tx, job, failure, leaseSeconds);

/** What can be watched stays so. */
async function giveUpStreams(tx: Transaction, job: EndedJob, { code, detail: reason }: JobFailure): Promise<void> {
  const version = jobPayloads['transcode-video'].safeParse(job.payload).data?.version;
  const { assetId, tenantId } = job;
  if (assetId === null || version === undefined) return;
  const data = { status: 'FAILED', failureCode: code, failureReason: reason, remainingSeconds: null } as const;
  const { count } = await tx.transcode.updateMany({ where: { assetId, version }, data });
  if (count === 0) return;
  await recordEvent(tx, { type: 'asset.streams-failed', tenantId, subjectId: assetId, payload: { code, reason } });
}

/** What can never be made is remembered; what could not be made this time is forgotten, to be tried when asked for. */
async function giveUpVariant(tx: Transaction, job: EndedJob, failure: JobFailure): Promise<void> {
  const id = jobPayloads['make-variant'].safeParse(job.payload).data?.variantId;
  if (id === undefined) return;
  const where = { id, tenantId: job.tenantId, state: 'MAKING' } as const;
  const data = { state: 'FAILED', failureCode: failure.code, failureReason: failure.detail } as const;
  if (failure.permanent) await tx.variant.updateMany({ where, data });
  else await tx.variant.deleteMany({ where });
}

async function giveUpExport(tx: Transaction, job: EndedJob, { detail: reason }: JobFailure): Promise<void> {
  const { exportId: id } = jobPayloads['export-account'].safeParse(job.payload).data ?? {};
  if (id === undefined) return;
  const where = { id, tenantId: job.tenantId, state: 'PENDING' } as const;
  const wanted = await tx.accountExport.findFirst({ where });
  if (!wanted) return;
  await tx.accountExport.updateMany({ where, data: { state: 'FAILED', failureReason: reason } });
  const payload = { exportId: id, reason };
  await notify(tx, wanted.userId, { kind: 'export.failed', topic: `export:${id}`, payload });
}

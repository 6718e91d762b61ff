import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { jobPayloads } from '#libs/queue/job-payloads.js';
import type { Commit, JobHandler } from '#libs/queue/job-runner.js';
import type { LeasedJob } from '#libs/queue/leases.js';
import { eraseAssets, eraseExports, eraseUploads } from './erase-assets.js';

/**
 * Removes what an account that is gone has left: its files, a batch at a time, then what the audit log tells of the
 * person. Begun again, it goes on with what is left.
 */
@Injectable()
export class EraseAccountHandler implements JobHandler {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async run(job: LeasedJob, signal: AbortSignal): Promise<Commit> {
    const { userId, withTenant } = jobPayloads['erase-account'].parse(job.payload);
    const lease = this.settings.JOB_LEASE_SECONDS;
    for (;;) {
      signal.throwIfAborted();
      const tokens = await this.database.transaction((tx) => eraseAssets(tx, userId, job.tenantId, lease));
      if (!tokens) break;
      await this.dispatcher.dispatch(tokens);
    }
    return async (tx) => {
      await eraseUploads(tx, userId, job.tenantId);
      await forgetPerson(tx, userId, job.tenantId);
      if (withTenant) await forgetTenant(tx, job.tenantId);
      return eraseExports(tx, userId, job.tenantId);
    };
  }
}

/** The id stays, a pseudonym that nothing leads back from: who did what is still one story. */
async function forgetPerson(tx: Transaction, userId: string, tenantId: string): Promise<void> {
  // It was made for an address, before there was an account.
  const invitations = await tx.$queryRaw<{ id: string }[]>`
    SELECT payload->>'invitationId' AS id FROM audit_logs
    WHERE actor_id = ${userId}::uuid AND action = 'invitation.accepted' AND payload ? 'invitationId'`;
  const subjects = [userId, ...invitations.map(({ id }) => id)];
  await tx.$executeRaw`
    UPDATE audit_logs SET ip = NULL, payload = payload - 'email' - 'filename' - 'host'
    WHERE actor_id = ${userId}::uuid OR subject_id = ANY(${subjects})`;
  await tx.event.deleteMany({ where: { subjectId: { in: subjects }, tenantId } });
  await tx.idempotencyKey.deleteMany({ where: { userId } });
}

async function forgetTenant(tx: Transaction, id: string): Promise<void> {
  await tx.event.deleteMany({ where: { tenantId: id } });
  await tx.tenant.deleteMany({ where: { id, users: { none: {} } } });
}

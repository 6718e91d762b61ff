import type { paths } from '../api/generated/schema';

export const JOB_STATES = ['WAITING', 'DELAYED', 'ACTIVE', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;

type JobQuery = NonNullable<paths['/jobs']['get']['parameters']['query']>;
export type JobKind = NonNullable<JobQuery['kind']>;
export type AuditAction = NonNullable<NonNullable<paths['/audit']['get']['parameters']['query']>['action']>;

export interface JobFilters {
  state?: (typeof JOB_STATES)[number];
  kind?: JobKind;
  errorCode?: string;
  tenantId?: string;
  assetId?: string;
}

export interface AuditFilters {
  action?: AuditAction;
  actor?: string;
  subject?: string;
  /** Days, 2026-11-21, in the time zone of who looks. */
  from?: string;
  to?: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const day = (value: unknown): string | undefined => {
  const given = text(value);
  return given !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(given) ? given : undefined;
};

/** Kinds and actions come with the API: what it does not know it refuses, and the page says so. */
export const readJobFilters = (given: Record<string, unknown>): JobFilters => ({
  state: JOB_STATES.find((state) => state === given.state),
  kind: text(given.kind) as JobKind | undefined,
  errorCode: text(given.errorCode),
  tenantId: text(given.tenantId),
  assetId: text(given.assetId),
});

export const readAuditFilters = (given: Record<string, unknown>): AuditFilters => ({
  action: text(given.action) as AuditAction | undefined,
  actor: text(given.actor),
  subject: text(given.subject),
  from: day(given.from),
  to: day(given.to),
});

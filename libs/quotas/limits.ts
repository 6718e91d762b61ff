import type { Settings } from '#libs/config/settings.js';

/** What is limited, for each tenant. */
export const QUOTAS = ['bytes', 'files', 'monthlyUploads', 'transcodeMinutes'] as const;
export type Quota = (typeof QUOTAS)[number];

/** Of one quota; a limit of null is none. */
export interface Usage {
  used: number;
  limit: number | null;
}

/** A bigint, as Prisma or as the driver reads it. */
type Count = bigint | string;

/** What a quota row says; a month that is over counts nothing. */
export interface QuotaRow {
  bytesLimit: Count | null;
  filesLimit: Count | null;
  monthlyUploadsLimit: Count | null;
  transcodeMinutesLimit: Count | null;
  bytes: Count;
  files: Count;
  reservedBytes: Count;
  reservedFiles: Count;
  monthlyUploads: Count;
  monthlyTranscodeSeconds: Count;
  isThisMonth: boolean;
}

/** For queries on tenant_quotas. */
export const QUOTA_COLUMNS = `
  bytes_limit AS "bytesLimit", files_limit AS "filesLimit", monthly_uploads_limit AS "monthlyUploadsLimit",
  transcode_minutes_limit AS "transcodeMinutesLimit", bytes, files, reserved_bytes AS "reservedBytes",
  reserved_files AS "reservedFiles", monthly_uploads AS "monthlyUploads",
  monthly_transcode_seconds AS "monthlyTranscodeSeconds", month = this_month() AS "isThisMonth"`;

type Defaults = Pick<
  Settings,
  'TENANT_MAX_BYTES' | 'TENANT_MAX_FILES' | 'TENANT_MAX_MONTHLY_UPLOADS' | 'TENANT_MAX_TRANSCODE_MINUTES'
>;

/** How a tenant stands; what uploads that are waited for will take counts as used. */
export function usageOf(row: QuotaRow, defaults: Defaults): Record<Quota, Usage> {
  const monthly = (count: Count): number => (row.isThisMonth ? Number(count) : 0);
  return {
    bytes: usage(Number(row.bytes) + Number(row.reservedBytes), row.bytesLimit, defaults.TENANT_MAX_BYTES),
    files: usage(Number(row.files) + Number(row.reservedFiles), row.filesLimit, defaults.TENANT_MAX_FILES),
    monthlyUploads: usage(monthly(row.monthlyUploads), row.monthlyUploadsLimit, defaults.TENANT_MAX_MONTHLY_UPLOADS),
    transcodeMinutes: usage(
      Math.ceil(monthly(row.monthlyTranscodeSeconds) / 60),
      row.transcodeMinutesLimit,
      defaults.TENANT_MAX_TRANSCODE_MINUTES,
    ),
  };
}

const usage = (used: number, own: Count | null, fallback: number): Usage => {
  const limit = own === null ? fallback : Number(own);
  return { used, limit: limit === 0 ? null : limit };
};

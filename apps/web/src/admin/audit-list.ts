import { api, ask, type Schemas } from '../api/client';
import type { AuditFilters } from './filters';

export type AuditEntry = Schemas['AuditEntry'];

const DAY_MS = 86_400_000;
const EXPORT_PAGE = 200;
/** What a spreadsheet still opens well. */
export const EXPORT_MOST = 10_000;

/** Days are those of who looks; `to` includes its day. */
export function fetchAudit({ from, to, ...filters }: AuditFilters, limit: number, cursor?: string) {
  const time = (day: string, add: number): string =>
    new Date(new Date(`${day}T00:00:00`).getTime() + add).toISOString();
  const query = {
    ...filters,
    ...(from !== undefined && { from: time(from, 0) }),
    ...(to !== undefined && { to: time(to, DAY_MS) }),
    limit,
    cursor,
  };
  return ask(api.GET('/audit', { params: { query } }));
}

/** What the filters leave, newest first, as CSV (RFC 4180); `isWhole` when that is not cut off. */
export async function exportAudit(filters: AuditFilters): Promise<{ blob: Blob; isWhole: boolean }> {
  const lines = [['at', 'action', 'actor', 'tenant', 'subject', 'ip', 'requestId', 'payload']];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await fetchAudit(filters, EXPORT_PAGE, cursor);
    lines.push(...items.map(toLine));
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined && lines.length <= EXPORT_MOST);
  const blob = new Blob([lines.map((line) => line.map(toCell).join(',')).join('\r\n')], { type: 'text/csv' });
  return { blob, isWhole: cursor === undefined };
}

const toLine = ({ at, action, actor, tenantId, subject, ip, requestId, payload }: AuditEntry): string[] => [
  at,
  action,
  actor?.email ?? actor?.id ?? '',
  tenantId ?? '',
  subject ? `${subject.type} ${subject.id}` : '',
  ip ?? '',
  requestId ?? '',
  JSON.stringify(payload),
];

/** A spreadsheet takes what begins with one of =+-@ for a formula, and somebody else may have written it. */
const toCell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/** Tables whose rows belong to a tenant. A test compares them with the schema. */
export const TENANT_TABLES = [
  'account_exports',
  'api_keys',
  'assets',
  'blobs',
  'events',
  'invitations',
  'jobs',
  'tenant_quotas',
  'uploads',
  'users',
  'variants',
] as const;

/**
 * What a statement says of tenants:
 * - `free`: it touches no table of tenants' rows;
 * - places: the parameters (from 0) that it compares or writes as tenant_id;
 * - `somewhere`: it writes tenant_id by way of a query, so that the tenant is one of its parameters;
 * - `forgetful`: it touches such a table, and names no tenant.
 */
export type Verdict = 'free' | 'forgetful' | 'somewhere' | readonly number[];

const TABLE = new RegExp(`"?\\b(?:${TENANT_TABLES.join('|')})\\b"?(?!"?\\.)`);
/** `tenant_id = $1`, however it is qualified and cast, as Prisma and as people write it. */
const COMPARED = /"?\btenant_id\b"?\s*=\s*\$(\d+)/g;
const INSERTED = /\bINSERT\s+INTO\s+(?:"?\w+"?\.)?"?(\w+)"?(?:\s+AS\s+\w+)?\s*\(([^)]*)\)\s*(VALUES\s*\(([^)]*)\))?/gi;
const NOISE = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g;

const known = new Map<string, Verdict>();
/** Texts that differ by the length of a list would fill the memory. */
const KNOWN_AT_MOST = 5_000;

/** Reads a statement once; afterwards its text finds the answer. */
export function verdictOn(sql: string): Verdict {
  const before = known.get(sql);
  if (before !== undefined) return before;
  const verdict = read(sql.replace(NOISE, ' '));
  if (known.size >= KNOWN_AT_MOST) known.clear();
  known.set(sql, verdict);
  return verdict;
}

function read(sql: string): Verdict {
  if (!TABLE.test(sql)) return 'free';
  // One statement inserts into one such table, if into any; into others besides, as enqueue does.
  const insert = [...sql.matchAll(INSERTED)].find(([, table]) => TENANT_TABLES.some((name) => name === table));
  if (insert) return readInsert(insert);
  const places = [...sql.matchAll(COMPARED)].map(([, parameter]) => Number(parameter) - 1);
  return places.length > 0 ? places : 'forgetful';
}

function readInsert([, , columns = '', , values]: RegExpMatchArray): Verdict {
  const place = columns.split(',').findIndex((column) => column.replace(/["\s]/g, '') === 'tenant_id');
  if (place === -1) return 'forgetful';
  const parameter = /^\s*\$(\d+)/.exec(values?.split(',')[place] ?? '')?.[1];
  return parameter === undefined ? 'somewhere' : [Number(parameter) - 1];
}

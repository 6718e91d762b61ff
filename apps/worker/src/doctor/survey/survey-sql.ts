/**
 * What the store has (`listed`), what comes to it in parts (`arriving`), what was found wrong (`found`), and since when: what is younger than `settled` may be
 * half done, and what jobs have removed since `began` may have been listed before. All of it ends with the session.
 */
export const TABLES = `
  CREATE TEMP TABLE survey (began timestamptz NOT NULL, settled timestamptz NOT NULL);
  CREATE TEMP TABLE listed (key text PRIMARY KEY, size bigint NOT NULL, modified timestamptz NOT NULL);
  CREATE TEMP TABLE arriving (
    key text, id text, bytes bigint NOT NULL, begun timestamptz NOT NULL, PRIMARY KEY (key, id));
  CREATE TEMP TABLE found (
    problem text NOT NULL, key text NOT NULL, bytes bigint NOT NULL, asset_id uuid,
    UNIQUE NULLS NOT DISTINCT (problem, key, asset_id))`;

/** $1: the grace time in minutes. */
export const BEGIN = `
  INSERT INTO survey SELECT began, began - $1 * interval '1 minute' FROM clock_timestamp() AS began`;

export const ADD_LISTED = `
  INSERT INTO listed SELECT * FROM unnest($1::text[], $2::bigint[], $3::timestamptz[])
  ON CONFLICT (key) DO NOTHING`;

export const ADD_ARRIVING = 'INSERT INTO arriving VALUES ($1, $2, $3, $4) ON CONFLICT (key, id) DO NOTHING';

const SETTLED = '(SELECT settled FROM survey)';
const UNFINISHED = `state IN ('WAITING', 'DELAYED', 'ACTIVE')`;

const TO_BE_PROCESSED = `EXISTS (
  SELECT FROM jobs WHERE kind = 'process-asset' AND jobs.asset_id = assets.id AND ${UNFINISHED})`;

/** Rows that want the object of a key. */
const CLAIMS = [
  'assets WHERE assets.object_key = object.key',
  'renditions WHERE renditions.object_key = object.key',
  'replacements WHERE replacements.object_key = object.key',
  // Segments belong to the stream whose playlist lies beside them.
  `renditions WHERE renditions.object_key = regexp_replace(object.key, '(/hls/[^/]+)/[^/]+$', '\\1/playlist.m3u8')`,
  'captions WHERE captions.object_key = object.key',
  'variants WHERE variants.object_key = object.key',
  'account_exports WHERE account_exports.object_key = object.key',
  `uploads WHERE uploads.object_key = object.key AND uploads.state = 'WAITING'`,
];

const ASSET_PREFIX = `(split_part(object.key, '/', 1) || '/' || split_part(object.key, '/', 2) || '/')`;

/** True of a key in `object (key)` that no job is about to write or to remove. */
const UNTOUCHED = `
  NOT EXISTS (SELECT FROM jobs WHERE kind IN ('process-asset', 'transcode-video', 'strip-location') AND ${UNFINISHED}
    AND asset_id::text = split_part(object.key, '/', 2)
    AND (payload->>'version' = split_part(object.key, '/', 3) OR split_part(object.key, '/', 3) LIKE 'original-%'))
  AND NOT EXISTS (SELECT FROM jobs WHERE kind = 'delete-objects'
    AND (${UNFINISHED} OR state = 'COMPLETED' AND finished_at >= (SELECT began FROM survey))
    AND (payload->'originals' ? object.key OR payload->'outputsOf' ? ${ASSET_PREFIX}
      OR COALESCE(payload->>'prefix', payload->>'versionsOf') = ${ASSET_PREFIX})
    AND CASE
      WHEN payload ? 'originals' THEN true
      WHEN payload->>'prefix' IS NOT NULL THEN true
      WHEN split_part(object.key, '/', 3) ~ '^[0-9]{1,9}$'
        THEN split_part(object.key, '/', 3)::int < (payload->>'before')::int
      ELSE false END)`;

/** All at once: read the tables from end to end. */
const UNWANTED = [...CLAIMS.map((rows) => `NOT EXISTS (SELECT FROM ${rows})`), UNTOUCHED].join(' AND ');

/** Of the few keys in $1, those that are unwanted now; each is looked up by index. */
export const STILL_UNWANTED = `
  SELECT key FROM unnest($1::text[]) AS object (key)
  WHERE ${[...CLAIMS.map((rows) => `(SELECT count(*) FROM ${rows}) = 0`), UNTOUCHED].join(' AND ')}`;

/** What the stores of this service take as a key: whatever else is in a bucket was put there by others. */
const IS_OURS = `object.key ~ '^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$' AND object.key !~ '(^|/)[.]{1,2}(/|$)'`;

/** True of a multipart in `object (key, id)` that nobody sends, and no job writes or is about to remove. */
const UNOWNED = `${IS_OURS}
  AND NOT EXISTS (SELECT FROM uploads WHERE uploads.object_key = object.key AND uploads.state = 'WAITING'
    AND COALESCE(uploads.multipart_id, object.id) = object.id)
  AND NOT EXISTS (SELECT FROM account_exports WHERE account_exports.object_key = object.key)
  AND NOT EXISTS (SELECT FROM jobs WHERE ${UNFINISHED} AND (asset_id::text = split_part(object.key, '/', 2)
    OR kind = 'delete-objects' AND payload->>'prefix' = ${ASSET_PREFIX}))`;

/** A multipart as one text: a file may have several. */
const AS_TEXT = `object.key || '?uploadId=' || object.id`;

/** Of the few multiparts in $1, those that are unowned now. */
export const STILL_UNOWNED = `
  SELECT key, id FROM (
    SELECT split_part(text, '?uploadId=', 1) AS key, split_part(text, '?uploadId=', 2) AS id
    FROM unnest($1::text[]) AS text) AS object
  WHERE ${UNOWNED}`;

const IS_LOST = `EXISTS (SELECT FROM found WHERE problem = 'original-lost' AND found.asset_id = assets.id)`;
const isAbsent = (table: string) => `NOT EXISTS (SELECT FROM listed WHERE listed.key = ${table}.object_key)`;

/** Of a blob, counted. */
const REFERENCES = `(
  (SELECT count(*) FROM assets WHERE assets.object_key = blobs.object_key)
  + (SELECT count(*) FROM replacements WHERE replacements.object_key = blobs.object_key))`;

/** They fill `found`, in this order. */
export const SEARCHES = [
  `INSERT INTO found (problem, key, bytes)
   SELECT CASE
     WHEN NOT (${IS_OURS}) THEN 'foreign'
     WHEN EXISTS (SELECT FROM uploads WHERE uploads.object_key = object.key AND state IN ('EXPIRED', 'REJECTED', 'CANCELLED'))
       THEN 'upload-leftover'
     ELSE 'orphan' END, key, size
   FROM listed AS object WHERE modified < ${SETTLED} AND ${UNWANTED}`,
  `INSERT INTO found (problem, key, bytes)
   SELECT 'upload-unfinished', ${AS_TEXT}, bytes FROM arriving AS object WHERE begun < ${SETTLED} AND ${UNOWNED}`,
  `INSERT INTO found
   SELECT 'original-lost', object_key, size, id FROM assets
   WHERE created_at < ${SETTLED} AND ${isAbsent('assets')}
     AND NOT (status = 'FAILED' AND COALESCE(failure_code, '') IN ('OBJECT_LOST', 'INFECTED'))`,
  `INSERT INTO found
   SELECT 'original-differs', key, assets.size, id FROM assets JOIN listed ON listed.key = assets.object_key
   WHERE listed.size <> assets.size`,
  `INSERT INTO found
   SELECT 'rendition-lost', renditions.object_key, renditions.size, assets.id
   FROM renditions JOIN assets ON assets.id = renditions.asset_id
   WHERE renditions.created_at < ${SETTLED} AND assets.status = 'READY' AND ${isAbsent('renditions')}
     AND NOT ${IS_LOST} AND NOT ${TO_BE_PROCESSED}`,
  `INSERT INTO found
   SELECT 'count-wrong', object_key, size FROM blobs WHERE created_at < ${SETTLED} AND refs <> ${REFERENCES}`,
  `INSERT INTO found
   SELECT 'job-missing', object_key, size, id FROM assets
   WHERE status IN ('PENDING', 'PROCESSING') AND NOT ${IS_LOST} AND NOT ${TO_BE_PROCESSED}`,
];

export const COUNT_LOOKED_AT = `
  SELECT count(*) AS objects, COALESCE(sum(size), 0) AS bytes, (SELECT count(*) FROM assets) AS assets FROM listed`;

export const COUNT_FOUND = `
  SELECT problem, count(*) AS count, sum(bytes) AS bytes, count(DISTINCT asset_id) AS assets
  FROM found GROUP BY problem`;

/** The next $3 of the problem $1 after the key $2 of the asset $4: originals may be of several. */
export const NEXT_FOUND = `
  SELECT key, bytes, asset_id AS "assetId" FROM found WHERE problem = $1 AND (key, COALESCE(asset_id, '00000000-0000-0000-0000-000000000000')) > ($2, $4::uuid)
  ORDER BY key, COALESCE(asset_id, '00000000-0000-0000-0000-000000000000') LIMIT $3`;

/** Everything of one asset lies below this prefix, so that it can be removed without knowing what it is. */
export const assetPrefix = (tenantId: string, assetId: string): string => `${tenantId}/${assetId}/`;

export const originalKey = (tenantId: string, assetId: string): string => `${assetPrefix(tenantId, assetId)}original`;

/**
 * The original as a run of a job has changed it. Each run has a key of its own: what an earlier one has left behind can
 * be removed at any moment, also while the job is tried again.
 */
export const changedOriginalKey = (tenantId: string, assetId: string, runId: string): string =>
  `${originalKey(tenantId, assetId)}-${runId}`;

/** What is packed for an account; below a prefix of two ids, as all that can be removed at once. */
export const exportKey = (tenantId: string, exportId: string): string => `${assetPrefix(tenantId, exportId)}export.zip`;

/** Outputs of one version of the processing; a later version never overwrites what an earlier one serves. */
export const renditionKey = (tenantId: string, assetId: string, version: number, name: string): string =>
  `${assetPrefix(tenantId, assetId)}${version}/${name}`;

/** Captions are no output: they stay when the asset is processed anew. */
export const captionsKey = (tenantId: string, assetId: string, id: string): string =>
  `${assetPrefix(tenantId, assetId)}captions/${id}.vtt`;

export const isCaptionsKey = (key: string): boolean => /^[^/]+\/[^/]+\/captions\//.test(key);

/** A picture that was made on request. */
export const variantKey = (tenantId: string, assetId: string, version: number, id: string, format: string): string =>
  renditionKey(tenantId, assetId, version, `variants/${id}.${format}`);

/** The version of the processing that an output belongs to; 0 for what is no output, such as an original. */
export const versionOf = (key: string): number => Number(/^[^/]+\/[^/]+\/(\d+)\//.exec(key)?.[1] ?? 0);

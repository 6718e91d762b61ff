import { isDeepStrictEqual } from 'node:util';

/** As much of a document as is compared piece by piece. */
export interface Described {
  paths?: Record<string, object>;
  components?: { schemas?: Record<string, unknown> };
  [member: string]: unknown;
}

/**
 * What differs between two descriptions, a line each: `+ GET /jobs` is new, `- schema Job` is gone, `~` has changed.
 * Empty when they are equal.
 */
export function differences(before: Described, after: Described): string[] {
  const [old, now] = [piecesOf(before), piecesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name) => {
    if (!old.has(name)) return [`+ ${name}`];
    if (!now.has(name)) return [`- ${name}`];
    return isDeepStrictEqual(old.get(name), now.get(name)) ? [] : [`~ ${name}`];
  });
}

function piecesOf({ paths = {}, components = {}, ...rest }: Described): Map<string, unknown> {
  const { schemas = {}, ...others } = components;
  const pieces = new Map<string, unknown>();
  for (const [path, operations] of Object.entries(paths))
    for (const [method, operation] of Object.entries(operations))
      pieces.set(`${method.toUpperCase()} ${path}`, operation);
  for (const [name, schema] of Object.entries(schemas)) pieces.set(`schema ${name}`, schema);
  pieces.set('title, version or security', { rest, others });
  return pieces;
}

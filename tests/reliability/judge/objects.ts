import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { ObjectNotFoundError, type ObjectStore } from '#libs/storage/object-store.js';

export interface ListedRendition {
  kind: string;
  key: string;
  size: number;
  width: number | null;
  height: number | null;
}

/** What every picture has. */
const KINDS = ['preview', 'thumbnail'];

/** Sentences about what is wrong with the objects of a READY picture: each must be there, whole, and listed. */
export async function findBroken(store: ObjectStore, original: string, listed: ListedRendition[]): Promise<string[]> {
  const broken: string[] = [];
  const kinds = listed.map(({ kind }) => kind).sort();
  if (kinds.join() !== KINDS.join()) broken.push(`${original} has the renditions ${kinds.join()}`);
  for (const rendition of listed) {
    const fault = await findFault(store, rendition);
    if (fault) broken.push(`${rendition.key} ${fault}`);
  }
  const expected = new Set([original, ...listed.map(({ key }) => key)]);
  for await (const { key } of store.list(original.replace(/original$/, '')))
    if (!expected.delete(key)) broken.push(`${key} is in the store, and nothing lists it`);
  for (const key of expected) broken.push(`${key} is not in the store`);
  return broken;
}

async function findFault(store: ObjectStore, { key, size, width, height }: ListedRendition): Promise<string | null> {
  try {
    const bytes = await buffer(await store.read(key));
    if (bytes.length !== size) return `has ${bytes.length} bytes instead of ${size}`;
    // Decodes every pixel.
    const { info } = await sharp(bytes, { failOn: 'truncated' }).raw().toBuffer({ resolveWithObject: true });
    if (info.width !== width || info.height !== height) return `is ${info.width}x${info.height}`;
    return null;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return 'is not in the store';
    return `cannot be read: ${String(error)}`;
  }
}

import { allParts } from '#libs/storage/multipart.js';
import type { ObjectStore, ObjectSummary } from '#libs/storage/object-store.js';
import { countOf } from '../format.js';
import { progress } from '../progress.js';
import type { Survey } from './survey.js';

const BATCH = 5_000;

/** Writes down every object of the store, and all that is arriving there in parts. @throws StoreUnavailableError */
export async function listStore(store: ObjectStore, survey: Survey, say: (line: string) => void): Promise<void> {
  const tell = progress(say);
  let listed = 0;
  let batch: ObjectSummary[] = [];
  for await (const object of store.list('')) {
    batch.push(object);
    if (batch.length < BATCH) continue;
    await survey.addListed(batch);
    listed += batch.length;
    batch = [];
    tell(() => `${countOf(listed, 'object')} listed`);
  }
  if (batch.length > 0) await survey.addListed(batch);
  for await (const multipart of store.multipart.unfinished('')) {
    const parts = await allParts(store.multipart, multipart);
    if (parts)
      await survey.addArriving(
        multipart,
        parts.reduce((sum, { size }) => sum + size, 0),
      );
  }
}

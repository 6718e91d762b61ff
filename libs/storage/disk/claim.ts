import { dirname } from 'node:path';
import { systemCode } from './disk-errors.js';
import { ObjectBusyError, ObjectExistsError } from '../put-errors.js';
import { statFile, syncFolder, type DiskLayout } from './layout.js';

/** A record without its bytes is younger than this only while its upload is being finished. */
const FINISHING_MS = 60_000;

/**
 * Gives a finished upload its key, unless the key is taken. Of several at once, who places the record first is the one
 * whose bytes it describes.
 * @throws ObjectExistsError, ObjectBusyError
 */
export async function claim(layout: DiskLayout, key: string, files: { bytes: string; meta: string }): Promise<void> {
  const [data, meta] = [layout.dataPath(key), layout.metaPath(key)];
  try {
    await layout.place(files.meta, meta);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    if (await statFile(data)) throw new ObjectExistsError(key);
    const record = await statFile(meta);
    if (record && Date.now() - record.mtimeMs < FINISHING_MS) throw new ObjectBusyError(key);
    // Left by a process that died between its two steps.
    await layout.replace(files.meta, meta);
  }
  try {
    await layout.place(files.bytes, data);
  } catch (error) {
    await layout.remove(meta);
    throw systemCode(error) === 'EEXIST' ? new ObjectExistsError(key) : error;
  }
  await syncFolder(dirname(data));
}

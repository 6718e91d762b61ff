import { readFile } from 'node:fs/promises';

/**
 * For tests of what happens when a decoder crashes or hangs: obeys a file that says `media-inbox-test:abort` or
 * `media-inbox-test:hang` anywhere. Off unless the sandbox was made with `testHooks`.
 */
export async function obeyMarkers(input: string): Promise<void> {
  const bytes = await readFile(input);
  if (bytes.includes('media-inbox-test:abort')) process.abort();
  if (bytes.includes('media-inbox-test:hang')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

import { isNativeError } from 'node:util/types';
import { StoreUnavailableError } from '../object-store.js';

/** What is worth a word of its own; the rest is told by its code. */
const MEANING: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full (ENOSPC)',
  EDQUOT: 'the disk quota is used up (EDQUOT)',
  EROFS: 'the disk is read-only (EROFS)',
  EACCES: 'the folder may not be used by this process (EACCES)',
  EMFILE: 'too many files are open (EMFILE)',
};

/** The code of a failed system call, when the error is one. */
export function systemCode(error: unknown): string | undefined {
  return isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether a path, or a folder on the way to it, is not there. */
export const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');

/**
 * Runs file system calls and turns their failures into StoreUnavailableError, the cause kept. Errors that no system
 * call made, and those the store has named already, go through as they are.
 */
export async function onDisk<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = systemCode(error);
    if (!code || !isNativeError(error) || !('syscall' in error)) throw error;
    throw new StoreUnavailableError(`${what}: ${MEANING[code] ?? code}`, { cause: error });
  }
}

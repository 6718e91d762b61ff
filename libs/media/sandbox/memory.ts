import { readFile } from 'node:fs/promises';

/**
 * Resident bytes of a process and of all that it has started; undefined where the system does not tell (Linux only) or
 * the process is gone. Pages that they share count for each: decoders share little.
 */
export async function memoryOf(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const own = await residentBytes(pid);
  if (own === undefined) return undefined;
  const started = await Promise.all((await childrenOf(pid)).map(memoryOf));
  return started.reduce<number>((sum, bytes = 0) => sum + bytes, own);
}

async function residentBytes(pid: number): Promise<number | undefined> {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(await read(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Node starts processes from its main thread. */
const childrenOf = async (pid: number): Promise<number[]> =>
  (await read(`/proc/${pid}/task/${pid}/children`)).split(' ').filter(Boolean).map(Number);

const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => ''); // Gone meanwhile.

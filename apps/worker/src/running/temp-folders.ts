import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';

/** Of this host: workers elsewhere that share the folder have processes of their own. */
const PREFIX = `media-inbox-${hostname().replace(/[^\w-]/g, '_')}-`;

/** Each run of a job has a folder of its own, which is gone when the run has ended, however it ended. */
export class TempFolders {
  private readonly mine: string;

  /** @param base where folders are made; the system's temporary folder when undefined */
  constructor(
    private readonly base: string = tmpdir(),
    pid: number = process.pid,
  ) {
    this.mine = `${PREFIX}${pid}-`;
  }

  async use<T>(work: (folder: string) => Promise<T>): Promise<T> {
    await mkdir(this.base, { recursive: true });
    const folder = await mkdtemp(path.join(this.base, this.mine));
    try {
      return await work(folder);
    } finally {
      // A write that was cut off may make its file a moment after the folder was looked through.
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
    }
  }

  /**
   * Removes what workers of this host left that were killed: their process is no more, or has our number, as it has
   * in a container that was started again. Call it before the first use.
   */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.base).catch(nothingThere)) {
      // What mkdtemp adds has no hyphen: a host whose name begins with ours has one more.
      const pid = Number(/^(\d+)-[^-]+$/.exec(name.startsWith(PREFIX) ? name.slice(PREFIX.length) : '')?.[1]);
      if (pid && !isAnother(pid)) await rm(path.join(this.base, name), { recursive: true, force: true });
    }
  }
}

function nothingThere(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

function isAnother(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

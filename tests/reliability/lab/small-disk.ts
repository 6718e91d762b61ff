import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import path from 'node:path';
import { systemCode } from '#libs/storage/disk/disk-errors.js';

const BLOCK = Buffer.alloc(64 * 1024, 1);

/** A file system in memory with little room, which can be filled and emptied. Needs root: it is mounted. */
export class SmallDisk {
  private readonly filler: string;

  /** @param folder absolute, made when it is not there; @param megabytes its size */
  constructor(
    readonly folder: string,
    megabytes: number,
  ) {
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
    } catch (error) {
      throw new Error('a full disk can only be made by root, who may mount: run these tests as root', { cause: error });
    }
    // PostgreSQL runs as another user.
    chmodSync(folder, 0o711);
    this.filler = path.join(folder, 'filler');
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Takes all the room there is but so many bytes. */
  fill(butBytes = 0): void {
    const file = openSync(this.filler, 'a');
    try {
      for (let wanted = this.freeBytes - butBytes; wanted > 0; wanted = this.freeBytes - butBytes) {
        const written = writeSync(file, BLOCK, 0, Math.min(wanted, BLOCK.length));
        if (written === 0) return;
      }
    } catch (error) {
      // Somebody else has taken the last block.
      if (systemCode(error) !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  makeRoom(): void {
    rmSync(this.filler, { force: true });
  }

  unmount(): void {
    execFileSync('umount', ['--lazy', this.folder], { stdio: 'pipe' });
  }
}

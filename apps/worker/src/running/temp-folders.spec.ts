import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { TempFolders } from './temp-folders.js';

it('sweeps what dead workers of this host left, and nothing of the living or of other hosts', async () => {
  const base = mkdtempSync(path.join(tmpdir(), 'temp-folders-'));
  const here = `media-inbox-${hostname().replace(/[^\w-]/g, '_')}`;
  const kept = [
    ...[`${here}-${process.ppid}-living`, 'media-inbox-elsewhere-2-x', 'somebody-else'],
    // Of a host whose name is ours with a number behind it.
    `${here}-4194304000-1-abcdef`,
  ];
  const swept = [`${here}-${process.pid}-before`, `${here}-4194304000-dead`];
  for (const name of [...kept, ...swept]) mkdirSync(path.join(base, name));
  await new TempFolders(base).sweep();
  expect(readdirSync(base).sort()).toEqual(kept.sort());
  rmSync(base, { recursive: true });
});

it('removes a folder in which a write that was cut off is still making its file', async () => {
  const base = mkdtempSync(path.join(tmpdir(), 'temp-folders-'));
  const folders = new TempFolders(base);
  const late: Promise<void>[] = [];
  const cutOff = folders.use((folder) => {
    for (let file = 0; file < 200; file++)
      late.push(writeFile(path.join(folder, String(file)), 'late').catch(() => {}));
    return Promise.reject(new Error('cut off'));
  });
  await expect(cutOff).rejects.toThrow('cut off');
  await Promise.all(late);
  expect(readdirSync(base)).toEqual([]);
  rmSync(base, { recursive: true });
});

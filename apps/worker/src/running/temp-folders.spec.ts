import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { TempFolders } from './temp-folders.js';

it('sweeps what dead workers of this host left, and nothing of the living or of other hosts', async () => {
  const base = mkdtempSync(path.join(tmpdir(), 'temp-folders-'));
  const here = `media-inbox-${hostname().replace(/[^\w-]/g, '_')}`;
  const kept = [`${here}-${process.ppid}-living`, 'media-inbox-elsewhere-2-x', 'somebody-else'];
  const swept = [`${here}-${process.pid}-before`, `${here}-4194304000-dead`];
  for (const name of [...kept, ...swept]) mkdirSync(path.join(base, name));
  await new TempFolders(base).sweep();
  expect(readdirSync(base).sort()).toEqual(kept.sort());
  rmSync(base, { recursive: true });
});

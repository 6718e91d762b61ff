import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tools } from './films.fixtures.js';
import { run } from './run.js';
import { findTools } from './tools.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'tools-'))));
afterEach(() => rm(folder, { recursive: true }));

async function script(name: string, lines: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\n${lines}\n`);
  await chmod(file, 0o755);
  return file;
}

describe('findTools', () => {
  it('takes the npm packages when there is nothing else', async () => {
    const found = await findTools({ searchPath: folder });
    expect(found).toMatchObject({ toneMaps: true, version: expect.stringMatching(/^n?\d/) });
    expect(found?.ffmpeg).toContain('node_modules');
  });

  it('prefers the search path, and to that what it was told', async () => {
    const { ffmpeg, ffprobe } = await tools();
    await symlink(ffmpeg, join(folder, 'ffmpeg'));
    expect(await findTools({ searchPath: `/nowhere:.:${folder}` })).toMatchObject({
      ffmpeg: join(folder, 'ffmpeg'),
      ffprobe,
    });
    expect(await findTools({ searchPath: folder, ffmpeg })).toMatchObject({ ffmpeg });
  });

  it('looks nowhere else when what it was told is not there, or does not run', async () => {
    expect(await findTools({ searchPath: '', ffmpeg: join(folder, 'missing') })).toBeNull();
    expect(await findTools({ searchPath: '', ffprobe: await script('broken', 'exit 1') })).toBeNull();
  });
});

describe('run', () => {
  const options = () => ({ cwd: folder, timeoutMs: 20_000 });

  it('keeps the end of what is complained of, and the exit code', async () => {
    const noisy = await script('noisy', 'i=0; while [ $i -lt 2000 ]; do echo "line $i" >&2; i=$((i+1)); done; exit 3');
    const { exitCode, stderr } = await run(noisy, [], options());
    expect(exitCode).toBe(3);
    expect(stderr).toHaveLength(4000);
    expect(stderr).toMatch(/line 1999\n$/);
  });

  it('kills what takes too long', async () => {
    const slow = await script('slow', "trap '' TERM; exec sleep 1000");
    await expect(run(slow, [], { ...options(), timeoutMs: 200 })).rejects.toMatchObject({ code: 'TIMED_OUT' });
  });

  it('kills what makes no progress, however busy it is', async () => {
    const busy = await script('busy', 'while :; do printf "frame=1\\nspeed=$RANDOM\\nprogress=continue\\n" >&3; done');
    const outcome = run(busy, [], { ...options(), stallMs: 300 });
    await expect(outcome).rejects.toMatchObject({ code: 'TIMED_OUT', detail: expect.stringMatching(/standstill/) });
  });

  it('leaves alone what goes on, however slowly', async () => {
    const slow = await script(
      'slow',
      'for i in 1 2 3 4 5 6; do printf "frame=$i\\nprogress=continue\\n" >&3; sleep 0.2; done',
    );
    expect((await run(slow, [], { ...options(), stallMs: 1000 })).exitCode).toBe(0);
  });

  it('has the kernel refuse memory and CPU time beyond its limits', async () => {
    const limits = await script('limits', 'ulimit -v; ulimit -t; ulimit -c');
    expect((await run(limits, [], options())).stdout).toBe('4194304\n40\n0\n');
    const greedy = await script('greedy', `exec ${process.execPath} -e "Buffer.alloc(5e9, 1)"`);
    expect((await run(greedy, [], options())).exitCode).not.toBe(0);
  });

  it('kills what says too much', async () => {
    const endless = await script('endless', 'exec yes');
    await expect(run(endless, [], options())).rejects.toMatchObject({ code: 'CORRUPT_FILE' });
  });

  it('gives it no stdin and no environment of ours', async () => {
    const reads = await script('reads', 'cat; env');
    const { stdout } = await run(reads, [], options());
    expect(stdout).toContain('GCONV_PATH=/nonexistent');
    expect(stdout).not.toMatch(/^(HOME|TEST_DATABASE_SERVER|JWT_SECRET)=/m);
  });

  it('starts nothing when it was aborted before, and says when it cannot start', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(run('/bin/true', [], { ...options(), signal })).rejects.toThrow('enough');
    await expect(run(join(folder, 'missing'), [], options())).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { H264, make, PICTURES } from '#libs/media/ffmpeg/films.fixtures.js';
import { judge } from '../../scripts/corpus/judge.mjs';
import { photo } from '../support/photos.js';

interface Row {
  file: string;
  outcome: string;
  mime: string | null;
  outputs: string[];
  warnings: string[];
  code: string | null;
  reason: string | null;
  ms: number;
  peakMb: number;
  problems: string[];
}

const root = path.resolve(__dirname, '../..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'corpus-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/corpus/main.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

it('tells of every file of a folder what became of it', async () => {
  const put = (name: string, bytes: Buffer | string) => writeFileSync(path.join(folder, name), bytes);
  const jpeg = await photo(800, 600);
  mkdirSync(path.join(folder, 'Été à la mer'));
  put('Été à la mer/pläge #1 100%.jpg', jpeg);
  put('cut.jpg', jpeg.subarray(0, jpeg.length / 2));
  put('empty.jpg', '');
  put('lies.jpg', 'This is no picture, it only says so.');
  put('notes.txt', 'words');
  put('program.exe', 'MZ');
  put(
    'one.png',
    await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
  );
  await make(folder, 'film.mp4', [...PICTURES(), ...H264]);
  symlinkSync('/etc/passwd', path.join(folder, 'passwd.txt'));
  const json = path.join(folder, 'rows.json');

  const { status, stdout, stderr } = run(folder, '--json', json);
  expect({ status, stderr: stderr.includes('rror') }).toEqual({ status: 0, stderr: false });
  const rows = JSON.parse(readFileSync(json, 'utf8')) as Row[];
  const told = Object.fromEntries(
    rows.map(({ file, outcome, code, warnings }) => [file, [outcome, code, ...warnings]]),
  );
  expect(told).toEqual({
    'cut.jpg': ['READY', null, 'TRUNCATED'],
    'empty.jpg': ['REFUSED', 'presign: VALIDATION_FAILED'],
    'film.mp4': ['READY', null],
    'lies.jpg': ['REFUSED', 'complete: CONTENT_TYPE_MISMATCH'],
    'notes.txt': ['READY', null],
    'one.png': ['READY', null],
    'program.exe': ['REFUSED', 'presign: FILE_TYPE_NOT_ACCEPTED'],
    'Été à la mer/pläge #1 100%.jpg': ['READY', null],
  });
  for (const row of rows) {
    expect(row.problems).toEqual([]);
    expect(row.ms).toBeGreaterThan(0);
    expect(stdout).toContain(row.file);
  }
  expect(rows.find(({ file }) => file === 'film.mp4')).toMatchObject({ mime: 'video/mp4', peakMb: expect.any(Number) });
  expect(stdout).toContain('8 files: 5 READY, 0 FAILED, 3 refused, 0 hung');
});

it.each([
  ['nothing', [], 2, 'usage: npm run corpus'],
  ['no folder', ['/nowhere'], 2, '/nowhere is no folder'],
  ['no time', ['.', '--timeout', 'soon'], 2, 'usage: npm run corpus'],
])('given %s, says what it needs', (_, args, status, sentence) => {
  const result = run(...args);
  expect(result.status).toBe(status);
  expect(result.stderr).toContain(sentence);
});

describe('a file that was not dealt with well', () => {
  const row = {
    outcome: 'READY',
    kind: 'IMAGE',
    mime: 'image/jpeg',
    outputs: [],
    warnings: [],
    code: null,
    reason: null,
  };
  const stack = { workerEnds: 0 };

  it.each([
    ['without its picture', row, 'it has no picture'],
    ['without an end', { ...row, outcome: 'HUNG' }, 'it is neither READY nor FAILED'],
    ['without a reason', { ...row, outcome: 'FAILED', code: 'X' }, 'nobody is told why (X)'],
    [
      'with a reason that tells nothing',
      { ...row, outcome: 'FAILED', code: 'INTERNAL_ERROR', reason: 'Oh.' },
      'nobody',
    ],
  ])('%s is a problem', async (_, one, problem) => {
    expect(await judge(stack, { ...one, asset: null })).toEqual([expect.stringContaining(problem)]);
  });

  it('because the worker died is a problem, once', async () => {
    const ended = { workerEnds: 1 };
    const failed = { ...row, outcome: 'FAILED', code: 'PROCESSOR_CRASHED', reason: 'It crashed.', asset: null };
    expect(await judge(ended, failed)).toEqual(['the worker died']);
    expect(await judge(ended, failed)).toEqual([]);
  });

  it('but says why there is no picture is none', async () => {
    expect(await judge(stack, { ...row, warnings: ['NO_PICTURE'], asset: null })).toEqual([]);
  });
});

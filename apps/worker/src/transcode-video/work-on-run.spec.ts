import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROGRESS_FILE, folderOf, type LadderRun } from '#libs/media/video/ladder/command.js';
import { AUDIO_KIND } from '#libs/media/video/hls/master-playlist.js';
import type { Progress } from '#libs/media/video/ladder/progress.js';
import { DiskObjectStore } from '#libs/storage/disk/disk-store.js';
import { RunUploads } from './work-on-run.js';

const SOUND: LadderRun = {
  rungs: [],
  film: null,
  sound: 0,
  copiesSound: false,
  copiesTop: false,
  frameRate: { over: 25, under: 1 },
  toneMapping: null,
  storyboard: null,
  preview: null,
};

/** A store that keeps nothing before it is told to. */
class SlowStore extends DiskObjectStore {
  goOn: () => void = () => undefined;
  private readonly mayGoOn = new Promise<void>((resolve) => (this.goOn = resolve));

  override async write(...args: Parameters<DiskObjectStore['write']>): ReturnType<DiskObjectStore['write']> {
    await this.mayGoOn;
    return super.write(...args);
  }
}

interface Later<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
}

function later<T>(): Later<T> {
  const parts: Partial<Later<T>> = {};
  const promise = new Promise<T>((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return { resolve: () => undefined, reject: () => undefined, ...parts, promise };
}

let folder: string;
let store: SlowStore;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'work-on-run-'));
  store = new SlowStore({ root: path.join(folder, 'store'), publicUrl: 'http://localhost', secret: 's'.repeat(32) });
  await mkdir(path.join(folder, folderOf(AUDIO_KIND)));
  await writeFile(path.join(folder, folderOf(AUDIO_KIND), 'segment-0.m4s'), 'sound');
  await writeFile(path.join(folder, PROGRESS_FILE), 'out_time_us=3000000\nprogress=continue\n');
});
afterEach(() => rm(folder, { recursive: true }));

const uploads = (signal: AbortSignal): RunUploads =>
  new RunUploads({ store, folder, keyOf: (file) => `tenant/asset/hls/${file}`, signal, stallMs: 60_000 }, SOUND);

it('tells how far the encoding is while the store has yet to take what is made', async () => {
  const encoding = later<undefined>();
  const told = later<Progress>();
  const { signal } = new AbortController();
  const during = uploads(signal).during(
    encoding.promise,
    async (progress) => told.resolve(progress),
    (reason) => encoding.reject(reason),
  );
  expect(await told.promise).toMatchObject({ seconds: 3 });
  encoding.resolve(undefined);
  store.goOn();
  await during;
  expect(await store.head('tenant/asset/hls/audio/segment-0.m4s')).toMatchObject({ size: 5 });
});

it('ends an encoding whose segments cannot be stored, and says why', async () => {
  const encoding = later<undefined>();
  const full = new Error('no room');
  store.write = () => Promise.reject(full);
  const ended: string[] = [];
  const during = uploads(new AbortController().signal).during(
    encoding.promise,
    async () => undefined,
    (reason) => {
      ended.push(reason.code);
      encoding.reject(reason);
    },
  );
  await expect(during).rejects.toBe(full);
  expect(ended).toEqual(['PROCESSOR_ERROR']);
});

it('says why it was ended, not what fails for that', async () => {
  const encoding = later<undefined>();
  const cancel = new AbortController();
  const deleted = new Error('the asset was deleted');
  store.write = () => {
    cancel.abort(deleted);
    encoding.reject(deleted);
    return Promise.reject(new Error('aborted'));
  };
  const during = uploads(cancel.signal).during(
    encoding.promise,
    async () => undefined,
    () => undefined,
  );
  await expect(during).rejects.toBe(deleted);
});

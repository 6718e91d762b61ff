import { createReadStream } from 'node:fs';
import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { MediaFailure } from '#libs/media/failure.js';
import { codecsOf } from '#libs/media/video/hls/codecs.js';
import { AUDIO_KIND } from '#libs/media/video/hls/master-playlist.js';
import { bandwidthOf, parseMediaPlaylist, type Bandwidth } from '#libs/media/video/hls/media-playlist.js';
import { fragmentsOf, shortEnd } from '#libs/media/video/hls/short-end.js';
import { folderOf, INIT_FILE, PLAYLIST_FILE, PROGRESS_FILE, type LadderRun } from '#libs/media/video/ladder/command.js';
import { secondsMade, type Progress } from '#libs/media/video/ladder/progress.js';
import { framesASecond } from '#libs/media/video/ladder/rungs.js';
import type { ObjectStore } from '#libs/storage/object-store.js';

const LOOK_EVERY_MS = 500;
/** Uploads at a time: few enough for a store that is busy, enough to keep up with an encoder. */
const UPLOADS_AT_ONCE = 4;
const REMOVED_AT_ONCE = 500;
/** How much of the end of ffmpeg's progress is read: several of its reports. */
const TAIL_BYTES = 2048;

const PLAYLIST_MIME = 'application/vnd.apple.mpegurl';
const SEGMENT_MIME = 'video/mp4';

/** A stream that is whole, and in the store. */
export interface FinishedStream {
  kind: string;
  objectKey: string;
  /** Bytes, of all segments. */
  size: number;
  bandwidth: Bandwidth;
  codecs: string | null;
}

export interface RunPlace {
  store: ObjectStore;
  /** Where ffmpeg writes. */
  folder: string;
  /** The key of a file of a stream. */
  keyOf: (file: string) => string;
  signal: AbortSignal;
  /** Milliseconds: a run of which nothing has been heard for so long hangs. */
  stallMs: number;
}

/** Brings what one run of ffmpeg makes into the store while it is made, so that little of it is ever on this disk. */
export class RunUploads {
  /** Bytes of each segment, by kind and name. */
  private readonly sizes = new Map<string, Map<string, number>>();
  /** Keys of what is in the store and has no row yet, by kind. */
  private readonly pending = new Map<string, Set<string>>();
  private readonly kinds: readonly string[];
  private readonly framesASecond: number | null;

  constructor(
    private readonly place: RunPlace,
    run: LadderRun,
  ) {
    // Sound first: who watches the lowest rendition as soon as it is there hears it as well.
    this.kinds = [...(run.sound === null ? [] : [AUDIO_KIND]), ...run.rungs.map(({ kind }) => kind)];
    for (const kind of this.kinds) {
      this.sizes.set(kind, new Map());
      this.pending.set(kind, new Set());
    }
    this.framesASecond = run.rungs.length > 0 ? framesASecond(run.frameRate) : null;
  }

  /**
   * Uploads while `encoding` goes on, and tells how far it is.
   * @throws MediaFailure TIMED_OUT by way of `hang` when ffmpeg makes no progress; what `encoding` throws
   */
  async during(
    encoding: Promise<unknown>,
    onProgress: (progress: Progress) => Promise<void>,
    hang: (reason: MediaFailure) => void,
  ): Promise<void> {
    const state = { isOver: false };
    const over = encoding.finally(() => (state.isOver = true));
    // Its failure is thrown below, when nothing works on the folder any more.
    const settled = over.catch(() => undefined);
    const again = async (work: () => Promise<void>): Promise<void> => {
      while (!state.isOver) {
        await Promise.race([delay(LOOK_EVERY_MS), settled]);
        await work();
      }
    };
    const failures: unknown[] = [];
    const stop = (error: unknown): void => {
      // What fails because all of it was ended is not why.
      if (this.place.signal.aborted) return;
      failures.push(error);
      hang(new MediaFailure('PROCESSOR_ERROR', 'The streams could not be stored.'));
    };
    // Beside each other: a store that is slow is no encoder that hangs.
    await Promise.all([
      again(() => this.sweep()).catch(stop),
      again(this.listener(onProgress, hang)).catch(stop),
      settled,
    ]);
    if (failures.length > 0) throw failures[0];
    await over;
    await this.sweep();
  }

  /** Looks how far ffmpeg is. */
  private listener(
    onProgress: (progress: Progress) => Promise<void>,
    hang: (reason: MediaFailure) => void,
  ): () => Promise<void> {
    const began = Date.now();
    let heard = { at: began, seconds: -1 };
    return async () => {
      const seconds = await this.secondsMade();
      if (seconds !== null && seconds > heard.seconds) heard = { at: Date.now(), seconds };
      if (Date.now() - heard.at > this.place.stallMs)
        hang(new MediaFailure('TIMED_OUT', 'Encoding the film came to a halt.'));
      const elapsed = Math.max(LOOK_EVERY_MS, Date.now() - began) / 1000;
      if (seconds !== null) await onProgress({ seconds, speed: seconds / elapsed });
    };
  }

  /** The streams, sound and then the lowest first, each when it is whole in the store: its playlist is written last. */
  async *finish(): AsyncGenerator<FinishedStream> {
    for (const kind of this.kinds) {
      const { folder, keyOf, store, signal } = this.place;
      const at = path.join(folder, folderOf(kind));
      const text = await this.withoutSplinter(kind, await readFile(path.join(at, PLAYLIST_FILE), 'utf8'));
      const playlist = parseMediaPlaylist(text);
      const init = await readFile(path.join(at, INIT_FILE));
      const sizes = this.sizes.get(kind) ?? new Map<string, number>();
      const initKey = keyOf(`${folderOf(kind)}/${INIT_FILE}`);
      this.pending.get(kind)?.add(initKey);
      await store.write(initKey, init, { contentType: SEGMENT_MIME, size: init.length, signal });
      const objectKey = keyOf(`${folderOf(kind)}/${PLAYLIST_FILE}`);
      const bytes = Buffer.from(text);
      this.pending.get(kind)?.add(objectKey);
      await store.write(objectKey, bytes, { contentType: PLAYLIST_MIME, size: bytes.length, signal });
      const size = [...sizes.values()].reduce((sum, bytes) => sum + bytes, init.length);
      yield { kind, objectKey, size, bandwidth: bandwidthOf(playlist, sizes), codecs: codecsOf(init) };
    }
  }

  /** The stream has its row. */
  kept(kind: string): void {
    this.pending.get(kind)?.clear();
  }

  /** Takes back what was uploaded and cannot be watched; a few at a time, as long as `each` does what it is given. */
  async remove(each: (step: () => Promise<void>) => Promise<boolean>): Promise<void> {
    const keys = [...this.pending.values()].flatMap((some) => [...some]);
    let goesOn = true;
    while (goesOn && keys.length > 0)
      goesOn = await each(() => this.place.store.delete(keys.splice(0, REMOVED_AT_ONCE)));
  }

  /** The playlist, after a last segment that is too short for players has been added to the one before it. */
  private async withoutSplinter(kind: string, text: string): Promise<string> {
    const end = shortEnd(text);
    if (!end) return text;
    const { keyOf, store, signal } = this.place;
    const at = (name: string) => keyOf(`${folderOf(kind)}/${name}`);
    const bytesOf = async (name: string) => buffer(await store.read(at(name), undefined, signal));
    const joined = Buffer.concat([await bytesOf(end.before), fragmentsOf(await bytesOf(end.last))]);
    await store.write(at(end.before), joined, { contentType: SEGMENT_MIME, size: joined.length, signal });
    await store.delete([at(end.last)]);
    this.sizes.get(kind)?.set(end.before, joined.length).delete(end.last);
    return end.playlist;
  }

  /** Segments get their name when they are whole; each is uploaded and forgotten here. */
  private async sweep(): Promise<void> {
    const found = await Promise.all(
      this.kinds.map(async (kind) => {
        const names = await readdir(path.join(this.place.folder, folderOf(kind))).catch(() => []); // Not begun yet.
        return names.filter((name) => name.endsWith('.m4s')).map((name) => ({ kind, name }));
      }),
    );
    const files = found.flat();
    while (files.length > 0)
      await Promise.all(files.splice(0, UPLOADS_AT_ONCE).map(({ kind, name }) => this.upload(kind, name)));
  }

  private async upload(kind: string, name: string): Promise<void> {
    const { folder, keyOf, store, signal } = this.place;
    const file = path.join(folder, folderOf(kind), name);
    const { size } = await stat(file);
    const key = keyOf(`${folderOf(kind)}/${name}`);
    this.pending.get(kind)?.add(key);
    await store.write(key, createReadStream(file), { contentType: SEGMENT_MIME, size, signal });
    this.sizes.get(kind)?.set(name, size);
    await rm(file);
  }

  /** By what ffmpeg said last; null before it has said anything. */
  private async secondsMade(): Promise<number | null> {
    const handle = await open(path.join(this.place.folder, PROGRESS_FILE)).catch(() => null); // Not begun yet.
    if (!handle) return null;
    try {
      const { size } = await handle.stat();
      const tail = Buffer.alloc(Math.min(TAIL_BYTES, size));
      await handle.read(tail, 0, tail.length, size - tail.length);
      return secondsMade(tail.toString('latin1'), this.framesASecond);
    } finally {
      await handle.close();
    }
  }
}

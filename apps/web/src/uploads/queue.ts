import { ApiProblem, Unreachable } from '../api/problem';
import type { Schemas } from '../api/client';
import type { PickedFile } from './dropped-files';
import { sendFile } from './send-file';
import { Speedometer } from './speedometer';

/** `offline`: it goes on by itself when the connection is back. */
export type UploadState = 'waiting' | 'sending' | 'finishing' | 'offline' | 'paused' | 'done' | 'failed';

export interface UploadItem {
  readonly id: number;
  readonly name: string;
  readonly folder: string;
  readonly size: number;
  readonly state: UploadState;
  /** Bytes that are there. */
  readonly sent: number;
  readonly error: unknown;
  readonly assetId: string | null;
}

export interface QueueSnapshot {
  readonly items: readonly UploadItem[];
  readonly paused: boolean;
  /** Bytes a second, of all together. */
  readonly speed: number;
}

/** Files on their way at once. */
const AT_ONCE = 3;
/** Milliseconds until a connection that was away is tried again, should nobody say that it is back. */
const AGAIN_MS = 4_000;
/** How often at most what is shown changes. */
const TELL_EVERY_MS = 100;

const isUnderWay = ({ state }: UploadItem): boolean => state === 'sending' || state === 'finishing';
const isTransient = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof ApiProblem && (error.status >= 500 || error.status === 429));

/** Files that are being uploaded, were, or will be: one queue for the whole console. */
export class UploadQueue {
  private items = new Map<number, UploadItem>();
  private readonly files = new Map<number, PickedFile>();
  private readonly running = new Map<number, AbortController>();
  private readonly listeners = new Set<() => void>();
  private readonly speedometer = new Speedometer();
  private paused = false;
  private nextId = 1;
  private snapshot: QueueSnapshot = { items: [], paused: false, speed: 0 };
  private telling: ReturnType<typeof setTimeout> | undefined;

  constructor(
    /** Told of each file that has become an asset. */
    private readonly onUploaded: (asset: Schemas['Asset']) => void,
    private readonly send = sendFile,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly current = (): QueueSnapshot => this.snapshot;

  add(files: readonly PickedFile[]): void {
    for (const picked of files) {
      const id = this.nextId++;
      const { name, size } = picked.file;
      this.files.set(id, picked);
      const item = { id, name, size, folder: picked.folder, state: 'waiting', sent: 0, error: null, assetId: null };
      this.items.set(id, item as UploadItem);
    }
    this.go();
  }

  pause(id?: number): void {
    if (id === undefined) this.paused = true;
    for (const item of this.items.values())
      if ((id === undefined || item.id === id) && ['waiting', 'sending', 'offline'].includes(item.state)) {
        if (id !== undefined || item.state !== 'waiting') this.change(item.id, { state: 'paused' });
        this.running.get(item.id)?.abort();
      }
    this.tell();
  }

  resume(id?: number): void {
    if (id === undefined) this.paused = false;
    for (const item of this.items.values())
      if ((id === undefined || item.id === id) && (item.state === 'paused' || item.state === 'offline'))
        this.change(item.id, { state: 'waiting', sent: 0 });
    this.go();
  }

  retry(id?: number): void {
    for (const item of this.items.values())
      if ((id === undefined || item.id === id) && item.state === 'failed')
        this.change(item.id, { state: 'waiting', sent: 0, error: null });
    this.go();
  }

  cancel(id: number): void {
    this.items.delete(id);
    this.files.delete(id);
    this.running.get(id)?.abort();
    this.go();
  }

  /** What is over goes from the list; without `finishedOnly` everything does. */
  clear(finishedOnly: boolean): void {
    for (const { id, state } of this.items.values()) if (!finishedOnly || state === 'done') this.cancel(id);
    if (!finishedOnly) this.paused = false;
    this.tell();
  }

  /** Begins as many as may be under way, in the order in which they came. */
  private go(): void {
    if (!this.paused)
      for (const item of this.items.values()) {
        if (this.running.size >= AT_ONCE) break;
        if (item.state === 'waiting' && !this.running.has(item.id)) void this.run(item.id);
      }
    this.tell();
  }

  private async run(id: number): Promise<void> {
    const picked = this.files.get(id);
    if (!picked) return;
    const controller = new AbortController();
    this.running.set(id, controller);
    this.change(id, { state: 'sending', sent: 0 });
    try {
      const asset = await this.send(picked, {
        signal: controller.signal,
        onSent: (bytes) => this.count(id, bytes),
        onFinishing: () => this.change(id, { state: 'finishing', sent: picked.file.size }),
      });
      this.change(id, { state: 'done', sent: picked.file.size, assetId: asset.id });
      this.files.delete(id);
      this.onUploaded(asset);
    } catch (error) {
      // Paused or cancelled: whoever did it has said so already.
      if (!controller.signal.aborted) this.fail(id, error);
    } finally {
      this.running.delete(id);
      this.go();
    }
  }

  private fail(id: number, error: unknown): void {
    if (!isTransient(error)) return this.change(id, { state: 'failed', error });
    this.change(id, { state: 'offline', sent: 0, error });
    const again = (): void => {
      window.removeEventListener('online', again);
      clearTimeout(timer);
      if (this.items.get(id)?.state !== 'offline') return;
      this.change(id, { state: 'waiting' });
      this.go();
    };
    const wait = error instanceof ApiProblem && error.retryAfter !== null ? error.retryAfter * 1000 : AGAIN_MS;
    const timer = setTimeout(again, wait);
    window.addEventListener('online', again);
  }

  private count(id: number, sent: number): void {
    const before = this.items.get(id)?.sent ?? sent;
    this.speedometer.add(Math.max(0, sent - before));
    this.change(id, { sent });
  }

  private change(id: number, change: Partial<UploadItem>): void {
    const item = this.items.get(id);
    if (!item) return;
    this.items.set(id, { ...item, ...change });
    this.tell();
  }

  private tell(): void {
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      const items = [...this.items.values()];
      this.snapshot = { items, paused: this.paused, speed: this.speedometer.read() };
      for (const listener of this.listeners) listener();
      // So that the speed falls to nothing when nothing moves.
      if (items.some(isUnderWay)) setTimeout(() => this.tell(), 1_000);
    }, TELL_EVERY_MS);
  }
}

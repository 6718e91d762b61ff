import { ApiProblem, isTransient, type Unreachable } from '../api/problem';
import type { Schemas } from '../api/client';
import type { PickedFile } from './dropped-files';
import { isOpen, type QueueSnapshot, type UploadItem } from './item';
import { onceOnline } from './sending/once-online';
import { fingerprintOf, isInParts, leftBehind } from './sending/remembered';
import { CANCELLED } from './sending/requests';
import { abandon, sendFile } from './sending/send-file';
import { arrivedOf } from './sending/send-in-parts';
import { Slots } from './sending/slots';
import { Speedometer } from './speedometer';

/** Files on their way at once; and files and parts of files whose bytes are. */
const AT_ONCE = 3;
/** Milliseconds until what was away is tried again, should nobody say that it is back; twice as long each time. */
const AGAIN_MS = 4_000;
const LONGEST_MS = 60_000;
/** How often at most what is shown changes. */
const TELL_EVERY_MS = 100;

const isUnderWay = ({ state }: UploadItem): boolean => state === 'sending' || state === 'finishing';

/** Files that are being uploaded, were, or will be: one queue for the whole console. */
export class UploadQueue {
  private items = new Map<number, UploadItem>();
  private readonly files = new Map<number, PickedFile>();
  private readonly running = new Map<number, AbortController>();
  private readonly listeners = new Set<() => void>();
  private readonly slots = new Slots(AT_ONCE);
  private readonly speedometer = new Speedometer();
  /** Calls off the rest that all of them take while one has to wait for the connection or the server. */
  private stopResting: (() => void) | undefined;
  private rests = 0;
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
      const { name, size } = picked.file;
      const fingerprint = fingerprintOf(picked.file);
      const known = isInParts(picked.file) ? this.unfinished(fingerprint) : undefined;
      const id = known?.id ?? this.show({ name, size, fingerprint, folder: picked.folder, state: 'waiting', sent: 0 });
      this.files.set(id, picked);
      if (known?.state === 'away' || known?.state === 'failed') this.change(id, { state: 'waiting', error: null });
    }
    this.go();
  }

  /** Shows what was begun by pages that were closed, and is still waited for. */
  async restore(): Promise<void> {
    for (const [fingerprint, { name, size, folder }] of await leftBehind()) {
      // Without a connection there is nothing to go on with.
      const known = await arrivedOf(fingerprint).catch(() => null);
      if (known && !this.unfinished(fingerprint)) {
        const sent = Math.min(size, known.arrived.size * known.size);
        this.show({ name, size, fingerprint, folder, state: 'away', sent });
      }
    }
    this.tell();
  }

  private unfinished(fingerprint: string): UploadItem | undefined {
    return [...this.items.values()].find((item) => item.fingerprint === fingerprint && item.state !== 'done');
  }

  private show(item: Omit<UploadItem, 'id' | 'error' | 'assetId'>): number {
    const id = this.nextId++;
    this.items.set(id, { ...item, id, error: null, assetId: null });
    return id;
  }

  pause(id?: number): void {
    for (const item of this.items.values())
      if ((id === undefined || item.id === id) && ['waiting', 'sending', 'offline'].includes(item.state)) {
        this.change(item.id, { state: 'paused' });
        this.running.get(item.id)?.abort();
      }
  }

  resume(id?: number): void {
    this.wakeUp();
    for (const item of this.items.values())
      if ((id === undefined || item.id === id) && item.state === 'paused') this.change(item.id, { state: 'waiting' });
    this.go();
  }

  retry(id?: number): void {
    this.wakeUp();
    for (const item of this.items.values())
      if ((id === undefined || item.id === id) && item.state === 'failed')
        this.change(item.id, { state: 'waiting', error: null });
    this.go();
  }

  /** What has arrived of it goes as well. */
  cancel(id: number): void {
    const item = this.items.get(id);
    const picked = this.files.get(id);
    // Who sends it cleans up by itself.
    const isSending = this.running.get(id)?.signal.aborted === false;
    this.remove(id, CANCELLED);
    if (item && !isSending && item.state !== 'done') void abandon(item.fingerprint, picked);
    this.go();
  }

  cancelAll(): void {
    for (const { id } of this.items.values()) this.cancel(id);
  }

  /** Empties the list; what has arrived in parts can be gone on with by whoever signs in next as the same account. */
  dismiss(): void {
    for (const id of this.items.keys()) this.remove(id, 'dismissed');
    this.tell();
  }

  private remove(id: number, reason: string): void {
    this.items.delete(id);
    this.files.delete(id);
    this.running.get(id)?.abort(reason);
  }

  /** Begins as many as may be under way, in the order in which they came; those that were tried already come last. */
  private go(): void {
    const items = [...this.items.values()];
    if (!items.some(({ state }) => state === 'offline')) {
      const waiting = items.filter(({ id, state }) => state === 'waiting' && !this.running.has(id));
      const next = [...waiting.filter(({ error }) => error === null), ...waiting.filter(({ error }) => error !== null)];
      for (const { id } of next.slice(0, Math.max(0, AT_ONCE - this.running.size))) void this.run(id);
    }
    this.tell();
  }

  private async run(id: number): Promise<void> {
    const picked = this.files.get(id);
    if (!picked) return;
    const controller = new AbortController();
    this.running.set(id, controller);
    // Of what goes in one piece nothing is there when it has broken off.
    const arrived = isInParts(picked.file) ? (this.items.get(id)?.sent ?? 0) : 0;
    this.change(id, { state: 'sending', sent: arrived });
    try {
      const asset = await this.send(picked, {
        signal: controller.signal,
        slots: this.slots,
        onSent: (bytes) => this.count(id, bytes),
        onFinishing: () => this.change(id, { state: 'finishing', sent: picked.file.size }),
      });
      this.rests = 0;
      this.change(id, { state: 'done', sent: picked.file.size, error: null, assetId: asset.id });
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
    this.change(id, { state: 'offline', error });
    if (!this.stopResting) this.rest(error);
  }

  /** What keeps one from its way keeps the others as well: nothing is begun for a while, then all are. */
  private rest(error: ApiProblem | Unreachable): void {
    const asked = error instanceof ApiProblem && error.retryAfter !== null ? error.retryAfter * 1000 : 0;
    const wait = Math.max(asked, Math.min(LONGEST_MS, AGAIN_MS * 2 ** this.rests));
    this.rests += 1;
    this.stopResting = onceOnline(wait, () => {
      this.wakeUp();
      this.go();
    });
  }

  private wakeUp(): void {
    this.stopResting?.();
    this.stopResting = undefined;
    for (const { id, state } of this.items.values()) if (state === 'offline') this.change(id, { state: 'waiting' });
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
      const open = items.filter(isOpen);
      const paused = open.length > 0 && open.every(({ state }) => state === 'paused');
      this.snapshot = { items, paused, speed: this.speedometer.read() };
      for (const listener of this.listeners) listener();
      // So that the speed falls to nothing when nothing moves.
      if (items.some(isUnderWay)) setTimeout(() => this.tell(), 1_000);
    }, TELL_EVERY_MS);
  }
}

/**
 * `away`: begun by a page that was closed; it goes on when the file is chosen again. `offline`: it goes on by itself when
 * the connection is back.
 */
export type UploadState = 'away' | 'waiting' | 'sending' | 'finishing' | 'offline' | 'paused' | 'done' | 'failed';

export interface UploadItem {
  readonly id: number;
  readonly name: string;
  readonly folder: string;
  readonly size: number;
  /** Tells the same file chosen again. */
  readonly fingerprint: string;
  readonly state: UploadState;
  /** Bytes that are there. */
  readonly sent: number;
  readonly error: unknown;
  readonly assetId: string | null;
}

/** It is under way, or will be by itself or by a click. */
export const isOpen = ({ state }: UploadItem): boolean => state !== 'done' && state !== 'failed' && state !== 'away';

export interface QueueSnapshot {
  readonly items: readonly UploadItem[];
  /** All that is open is. */
  readonly paused: boolean;
  /** Bytes a second, of all together. */
  readonly speed: number;
}

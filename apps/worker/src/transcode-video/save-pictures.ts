import { stat } from 'node:fs/promises';
import path from 'node:path';
import { PREVIEW_FILE, STORYBOARD_FILE, type LadderRun } from '#libs/media/video/ladder/command.js';
import type { LadderSource } from '#libs/media/video/ladder/plan.js';
import { storyboardTrack } from '#libs/media/video/ladder/storyboard-track.js';
import { renditionKey } from '#libs/storage/keys.js';
import type { TranscodeJob } from './save-streams.js';
import { storeFile, type StorePlace } from './store-file.js';

/** Stores the storyboard with its track, and the moving preview, as far as the run has made them. */
export async function savePictures(
  place: StorePlace,
  of: TranscodeJob,
  source: LadderSource,
  { storyboard, preview }: LadderRun,
  folder: string,
): Promise<void> {
  const { job, assetId, version } = of;
  const keyOf = (name: string) => renditionKey(job.tenantId, assetId, version, name);
  if (storyboard && (await isThere(path.join(folder, STORYBOARD_FILE)))) {
    const { columns, rows, width, height } = storyboard;
    const size = { width: columns * width, height: rows * height };
    const track = Buffer.from(storyboardTrack(storyboard, source.seconds ?? storyboard.interval));
    const sheet = { kind: 'storyboard', objectKey: keyOf(STORYBOARD_FILE), mimeType: 'image/jpeg', ...size };
    await storeFile(place, of, sheet, path.join(folder, STORYBOARD_FILE));
    const vtt = { kind: 'storyboard-track', objectKey: keyOf('storyboard.vtt'), mimeType: 'text/vtt' };
    await storeFile(place, of, vtt, track);
  }
  if (preview && (await isThere(path.join(folder, PREVIEW_FILE)))) {
    const { width, height } = preview;
    const moving = { kind: 'animated-preview', objectKey: keyOf(PREVIEW_FILE), mimeType: 'image/webp', width, height };
    await storeFile(place, of, moving, path.join(folder, PREVIEW_FILE));
  }
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    ({ size }) => size > 0,
    () => false,
  );

import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Tools } from '#libs/media/ffmpeg/tools.js';
import type { MediaSandbox } from '#libs/media/sandbox/media-sandbox.js';
import { AUDIO_KIND, heightOfKind } from '#libs/media/video/hls/master-playlist.js';
import { parseMediaPlaylist } from '#libs/media/video/hls/media-playlist.js';
import { renditionKey, versionOf } from '#libs/storage/keys.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import type { TranscodeJob } from './save-streams.js';
import { storeFile, type StorePlace } from './store-file.js';

export interface DownloadPlace extends StorePlace {
  sandbox: MediaSandbox;
  folder: string;
  tools: Tools;
}

/** Joining is a matter of the disk: it takes no longer than watching, and a while more. */
const GRACE_MS = 30 * 60_000;

/**
 * One MP4 of the best stream and its sound, its index first, for those who want a file. Nothing is encoded: the
 * segments are brought back and joined. Does nothing when it is there already.
 */
export async function makeDownload(
  place: DownloadPlace,
  of: TranscodeJob,
  asset: { id: string; tenantId: string; seconds: number },
): Promise<void> {
  const { store, database, sandbox, folder, tools, signal } = place;
  const all = await database.client.rendition.findMany({ where: { assetId: asset.id } });
  const rows = all.filter(({ objectKey }) => versionOf(objectKey) === of.version);
  const [best] = rows
    .filter(({ kind }) => heightOfKind(kind) !== null)
    .sort((one, other) => (heightOfKind(other.kind) ?? 0) - (heightOfKind(one.kind) ?? 0));
  if (!best || rows.some(({ kind }) => kind === 'mp4')) return;
  const soundRow = rows.find(({ kind }) => kind === AUDIO_KIND);
  const input = path.join(folder, 'pictures.mp4');
  const sound = soundRow ? path.join(folder, 'sound.mp4') : null;
  await join(store, best.objectKey, input, signal);
  if (soundRow && sound !== null) await join(store, soundRow.objectKey, sound, signal);
  const remuxTo = path.join(folder, 'download.mp4');
  const timeoutMs = GRACE_MS + asset.seconds * 1000;
  const task = { input, sound, remuxTo, mime: 'video/mp4', outputDir: folder, tools, timeoutMs };
  await sandbox.run(task, { signal, timeoutMs });
  const { width, height, frameRate, codecs } = best;
  const objectKey = renditionKey(asset.tenantId, asset.id, of.version, 'download.mp4');
  await storeFile(
    place,
    of,
    { kind: 'mp4', objectKey, mimeType: 'video/mp4', width, height, frameRate, codecs },
    remuxTo,
  );
}

/** A stream's initialisation and all its segments, one behind the other: a fragmented MP4. */
async function join(store: ObjectStore, playlistKey: string, file: string, signal: AbortSignal): Promise<void> {
  const { init, segments } = parseMediaPlaylist(await text(await store.read(playlistKey, undefined, signal)));
  const names = [...(init === null ? [] : [init]), ...segments.map(({ uri }) => uri)];
  async function* bytes(): AsyncGenerator<Buffer> {
    for (const name of names) yield* await store.read(`${path.posix.dirname(playlistKey)}/${name}`, undefined, signal);
  }
  await pipeline(bytes(), createWriteStream(file), { signal });
}

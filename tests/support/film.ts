import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '#libs/database/database.js';
import type { Prisma } from '#libs/database/generated/client.js';
import { H264, make, PICTURES, TONE } from '#libs/media/ffmpeg/films.fixtures.js';
import { renditionKey } from '#libs/storage/keys.js';
import type { Account } from './account.js';
import { Rows } from './rows.js';
import type { Stack } from './stack.js';

const VERSION = 3;

export interface Film {
  assetId: string;
  tenantId: string;
}

/** Rows of one database for as long as `work` takes. */
export async function withRows<Result>(stack: Stack, work: (database: Database) => Promise<Result>): Promise<Result> {
  const options = { url: stack.databaseUrl, poolSize: 2, applicationName: 'test', onIdleError: () => undefined };
  const database = new Database(options);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** A READY film of an account's tenant, with a rendition of HLS and an MP4: real ones, made without a worker. */
export async function film(
  stack: Stack,
  account: Account,
  told: Partial<Prisma.AssetUncheckedCreateInput> = {},
): Promise<Film> {
  const { body } = await account.ask<{ tenantId: string }>('GET', '/users/me');
  const tenantId = told.tenantId ?? body.tenantId;
  return withRows(stack, async (database) => {
    const asset = await new Rows(database, tenantId).asset(
      { filename: 'Ärger.mp4', mimeType: 'video/mp4', kind: 'VIDEO', ...told },
      { version: VERSION, kinds: [] },
    );
    const rendition = async (kind: string, name: string, mimeType: string, size: number) =>
      database.client.rendition.create({
        data: {
          id: uuidv7(),
          assetId: asset.id,
          kind,
          objectKey: renditionKey(tenantId, asset.id, VERSION, name),
          mimeType,
          size,
          width: 320,
          height: 240,
          ...(kind.startsWith('hls-') && {
            bandwidth: 300_000,
            averageBandwidth: 200_000,
            codecs: 'avc1.42c00d,mp4a.40.2',
          }),
        },
      });
    for (const [name, bytes] of await hlsFiles())
      await stack.store.write(renditionKey(tenantId, asset.id, VERSION, name), bytes, {
        contentType: 'application/octet-stream',
        size: bytes.length,
      });
    await rendition('hls-240p', 'hls/240p/playlist.m3u8', 'application/vnd.apple.mpegurl', 1);
    await rendition('mp4', 'video.mp4', 'video/mp4', 1);
    return { assetId: asset.id, tenantId };
  });
}

let made: Promise<Map<string, Buffer>> | undefined;

/** Made once a test file: names below the version's folder, and bytes. */
function hlsFiles(): Promise<Map<string, Buffer>> {
  made ??= makeHls();
  return made;
}

async function makeHls(): Promise<Map<string, Buffer>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-film-'));
  try {
    const source = [...PICTURES('320x240', 8), ...TONE(8), ...H264, '-g', '50', '-c:a', 'aac'];
    const fmp4 = ['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'];
    await make(folder, 'video.mp4', [...source, '-movflags', '+faststart']);
    await make(folder, 'playlist.m3u8', [...source, ...fmp4]);
    const place = (name: string): string => (name === 'video.mp4' ? name : `hls/240p/${name}`);
    return new Map(readdirSync(folder).map((name) => [place(name), readFileSync(path.join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { tools } from '#libs/media/ffmpeg/films.fixtures.js';
import { run } from '#libs/media/ffmpeg/run.js';

/** A stream as a demuxer sees it, which knows nothing of playlists. */
export interface Demuxed {
  codec: string;
  profile: string;
  level: number;
  width?: number;
  height?: number;
  /** Of each segment, in seconds: when its first frame is shown, and whether a decoder can begin there. */
  segments: { start: number; isKey: boolean; frames: number }[];
  /** Seconds: of all frames. */
  end: number;
  start: number;
}

interface Probed {
  packets: { pts_time: string; pos: string; flags: string; duration_time?: string }[];
  streams: { codec_name: string; profile: string; level: number; width?: number; height?: number }[];
}

/** Takes an initialisation section and segments apart. */
export async function demux(init: Buffer, segments: readonly Buffer[]): Promise<Demuxed> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hls-'));
  try {
    const file = path.join(folder, 'joined.mp4');
    await writeFile(file, Buffer.concat([init, ...segments]));
    const { ffprobe } = await tools();
    const args = ['-loglevel', 'error', '-print_format', 'json', '-show_packets', '-show_streams', '-f', 'mov', file];
    const { stdout } = await run(ffprobe, args, { cwd: folder, timeoutMs: 100_000 });
    const { packets, streams } = JSON.parse(stdout) as Probed;
    const [stream] = streams;
    if (!stream || streams.length !== 1) throw new Error(`${streams.length} streams in one rendition`);
    let at = init.length;
    const found = segments.map((segment) => {
      const own = packets.filter(({ pos }) => Number(pos) >= at && Number(pos) < at + segment.length);
      at += segment.length;
      const start = Math.min(...own.map(({ pts_time }) => Number(pts_time)));
      return { start, isKey: own[0]?.flags.startsWith('K') ?? false, frames: own.length };
    });
    const times = packets.map(({ pts_time }) => Number(pts_time));
    const { codec_name: codec, ...rest } = stream;
    return { codec, ...rest, segments: found, start: Math.min(...times), end: Math.max(...times) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * A film of so many bytes that plays: its index stands behind data of which most is a hole in the file. Its length is
 * written where ffmpeg leaves eight bytes free for that (ISO/IEC 14496-12, 4.2: size 1, largesize).
 */
export function hugeFilm(file, bytes, ffmpeg, spawnSync) {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=1280x720:d=20', '-f', 'lavfi', '-i', 'sine=d=20'];
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  const { status, stderr } = spawnSync(ffmpeg, ['-y', '-loglevel', 'error', ...source, ...codecs, file]);
  if (status !== 0) throw new Error(`ffmpeg made no film: ${String(stderr)}`);
  const film = readFileSync(file);
  const free = film.indexOf('\0\0\0\x08free', 'latin1');
  const size = film.readUInt32BE(free + 8);
  const index = film.subarray(free + 8 + size);
  const head = Buffer.alloc(16);
  head.writeUInt32BE(1, 0);
  head.write('mdat', 4);
  head.writeBigUInt64BE(BigInt(bytes - free), 8);
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, head, 0, head.length, free);
  writeSync(descriptor, Buffer.alloc(index.length), 0, index.length, free + 8 + size);
  writeSync(descriptor, index, 0, index.length, bytes);
  closeSync(descriptor);
}

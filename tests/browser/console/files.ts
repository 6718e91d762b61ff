import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { H264, make, PICTURES, TONE } from '#libs/media/ffmpeg/films.fixtures.js';
import type { LocalFile } from './console-page.js';

const COLOURS = ['#f97316', '#3b82f6', '#22c55e', '#ec4899', '#8b5cf6'];

/** Where they were taken: 53.54, 9.98. */
const HARBOUR = {
  GPSLatitudeRef: 'N',
  GPSLatitude: '53/1 32/1 24/1',
  GPSLongitudeRef: 'E',
  GPSLongitude: '9/1 58/1 48/1',
};

/** Five photographs as a camera makes them: each another light, with EXIF and where it was. */
export const photos = (): Promise<LocalFile[]> =>
  Promise.all(
    COLOURS.map(async (colour, index) => {
      const hills = `<path d="M0 700 Q 300 ${500 + index * 40} 600 680 T 1200 640 V 900 H 0Z" fill="#1f2937"/>`;
      const sun = `<circle cx="${200 + index * 180}" cy="260" r="90" fill="#fff" fill-opacity=".9"/>`;
      const sky = `<rect width="1200" height="900" fill="${colour}"/>`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="900">${sky}${sun}${hills}</svg>`;
      const bytes = await sharp(Buffer.from(svg))
        .jpeg({ quality: 88 })
        .withExif({
          IFD0: { Make: 'Acme', Model: 'Shot One' },
          IFD2: { FNumber: '28/10', ISOSpeedRatings: '200' },
          IFD3: HARBOUR,
        })
        .toBuffer();
      return { name: `Photo ${index + 1}.jpg`, type: 'image/jpeg', bytes };
    }),
  );

export async function film(seconds = 8): Promise<LocalFile> {
  const folder = await mkdtemp(path.join(tmpdir(), 'console-'));
  const file = await make(folder, 'film.mp4', [
    ...PICTURES('640x360', seconds),
    ...TONE(seconds),
    ...H264,
    '-c:a',
    'aac',
  ]);
  const bytes = await readFile(file);
  await rm(folder, { recursive: true });
  return { name: 'Walk.mp4', type: 'video/mp4', bytes };
}

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { TOOL_ENVIRONMENT } from '#libs/media/ffmpeg/run.js';

export interface DemoFile {
  filename: string;
  mimeType: string;
  bytes: Buffer;
  resource: string;
  resourceId: string;
  title: string;
  description: string;
  labels: Record<string, string | string[]>;
  visibility: 'private' | 'public';
}

const SUBJECTS = ['beach', 'kiln', 'meadow', 'nebula', 'bread', 'kite', 'harbour', 'forest', 'record', 'classroom'];

/** A handful of small files that somebody could have made: two pictures, a document, a table and, with ffmpeg, a film. */
export async function makeFiles(tenant: string, index: number, ffmpeg: string | null): Promise<DemoFile[]> {
  const subject = SUBJECTS[index % SUBJECTS.length] ?? 'picture';
  const hue = (index * 36) % 360;
  const said = (title: string, category: string) => ({
    title,
    description: `${title}, of ${tenant}.`,
    labels: { category, language: index % 2 ? 'de' : 'en', audience: ['editor', 'visitor'] },
    resource: 'product',
    resourceId: String(index + 1),
    visibility: 'private' as const,
  });
  const photo = await landscape(hue, 1600, 1200).jpeg({ quality: 82 }).toBuffer();
  const logo = await emblem(hue).png().toBuffer();
  const files: DemoFile[] = [
    {
      filename: `${subject}.jpg`,
      mimeType: 'image/jpeg',
      bytes: photo,
      ...said(`A ${subject}`, 'photo'),
      visibility: 'public',
    },
    { filename: 'logo.png', mimeType: 'image/png', bytes: logo, ...said(`The emblem of ${tenant}`, 'logo') },
    {
      filename: 'welcome.pdf',
      mimeType: 'application/pdf',
      bytes: page(`Welcome to ${tenant}`),
      ...said('A welcome', 'letter'),
    },
    { filename: 'prices.csv', mimeType: 'text/csv', bytes: table(subject), ...said('Prices', 'table') },
  ];
  if (ffmpeg === null) return files;
  const film = await clip(ffmpeg, hue);
  return [
    ...files,
    { filename: `${subject}.mp4`, mimeType: 'video/mp4', bytes: film, ...said(`A film of a ${subject}`, 'film') },
  ];
}

const drawn = (svg: string): Sharp => sharp(Buffer.from(svg));

function landscape(hue: number, width: number, height: number): Sharp {
  const [sky, land] = [`hsl(${hue} 70% 75%)`, `hsl(${(hue + 120) % 360} 35% 35%)`];
  return drawn(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 1600 1200">
    <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="${sky}"/><stop offset="1" stop-color="white"/></linearGradient></defs>
    <rect width="1600" height="1200" fill="url(#sky)"/><circle cx="${300 + hue * 3}" cy="320" r="110" fill="white" opacity=".9"/>
    <path d="M0 820 Q400 ${560 + hue / 2} 800 800 T1600 740 V1200 H0Z" fill="${land}"/>
    <path d="M0 980 Q500 ${820 + hue / 3} 1000 960 T1600 930 V1200 H0Z" fill="${land}" opacity=".7"/></svg>`);
}

const emblem = (hue: number): Sharp =>
  drawn(`<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"><circle cx="256" cy="256" r="240" fill="hsl(${hue} 60% 45%)"/>
    <path d="M256 96 L400 352 H112Z" fill="white"/></svg>`);

const table = (subject: string): Buffer =>
  Buffer.from(
    `name,size,price\n${['small', 'medium', 'large'].map((size, n) => `${subject},${size},${(n + 1) * 9.5}\n`).join('')}`,
  );

/** The least that is a PDF: one page with one line (ISO 32000-1, 7.5). */
function page(text: string): Buffer {
  const content = `BT /F1 36 Tf 72 720 Td (${text.replace(/[()\\]/g, '')}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const entries = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const crossReferences = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`;
  return Buffer.from(
    `${body}${crossReferences}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`,
  );
}

/** Three seconds of moving colours with a tone. */
async function clip(ffmpeg: string, hue: number): Promise<Buffer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'media-inbox-demo-'));
  try {
    const file = path.join(folder, 'clip.mp4');
    const picture = `testsrc2=s=640x360:d=3:r=25,hue=h=${hue}`;
    const inputs = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', `sine=frequency=${220 + hue}:d=3`];
    const codecs = [
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
      '-movflags',
      '+faststart',
    ];
    const args = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y', ...inputs, ...codecs, file];
    await promisify(execFile)(ffmpeg, args, { env: TOOL_ENVIRONMENT });
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

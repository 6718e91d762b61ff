import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { declarationMatches, sniff, sniffFile, SNIFF_BYTES } from './sniff.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const mimeOf = async (head: Uint8Array) => (await sniff(head))?.mime ?? null;

/** A zip of one stored or deflated file, without the directory at its end: what the head of a large one looks like. */
function zipHead(name: string, content: string, deflated = false): Buffer {
  const body = deflated ? deflateRawSync(content) : Buffer.from(content);
  const header = Buffer.alloc(30);
  header.write('PK\x03\x04', 0, 'latin1');
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(deflated ? 8 : 0, 8);
  header.writeUInt32LE(body.length, 18);
  header.writeUInt32LE(Buffer.byteLength(content), 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, Buffer.from(name), body]);
}

const ftyp = (major: string, ...brands: string[]) => {
  const box = bytes(`\0\0\0\0ftyp${major}\0\0\0\0${brands.join('')}`);
  box.writeUInt32BE(box.length, 0);
  return Buffer.concat([box, Buffer.alloc(64)]);
};

const WORD_TYPES =
  '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

describe('sniff', () => {
  it('knows the sound of Sun and NeXT', async () => {
    expect(await mimeOf(Buffer.concat([bytes('.snd\0\0\0\x18'), Buffer.alloc(40)]))).toBe('audio/basic');
  });

  it('knows WAV that is written for more than 4 GB', async () => {
    expect(await mimeOf(bytes('RF64\xff\xff\xff\xffWAVEds64\x1c\0\0\0'))).toBe('audio/wav');
  });

  const picture = () => sharp({ create: { width: 40, height: 30, channels: 3, background: '#c04020' } });

  it.each([
    ['image/jpeg', () => picture().jpeg()],
    ['image/png', () => picture().png()],
    ['image/webp', () => picture().webp()],
    ['image/gif', () => picture().gif()],
    ['image/avif', () => picture().avif({ effort: 0 })],
    ['image/tiff', () => picture().tiff()],
  ])('tells %s from what sharp writes', async (mime, make) => {
    expect(await sniff(await make().toBuffer())).toEqual({ mime, kind: 'IMAGE' });
  });

  it('knows a TIFF whose directory lies beyond the head', async () => {
    const tiff = await sharp({ create: { width: 400, height: 300, channels: 3, background: 'red' } })
      .tiff({ compression: 'none' })
      .toBuffer();
    expect(tiff.readUInt32LE(4)).toBeGreaterThan(SNIFF_BYTES); // else this test proves nothing
    expect(await mimeOf(tiff.subarray(0, SNIFF_BYTES))).toBe('image/tiff');
  });

  it.each([
    ['image/avif', ftyp('mif1', 'mif1', 'avif', 'miaf')],
    ['image/heic', ftyp('mif1', 'mif1', 'heic')],
    ['image/heif', ftyp('mif1', 'mif1', 'jpeg')],
    ['image/heic', ftyp('heic', 'mif1', 'heic')],
    ['image/x-canon-cr3', ftyp('crx ')],
    ['video/mp4', ftyp('isom', 'mp42')],
    ['video/mp4', ftyp('M4V ')],
    ['video/quicktime', ftyp('qt  ')],
    ['video/3gpp', ftyp('3gp5')],
    ['audio/mp4', ftyp('M4A ')],
    ['video/vnd.avi', bytes('RIFF\xff\0\0\0AVI LIST\0\0\0\0')],
    ['audio/wav', bytes('RIFF\xff\0\0\0WAVEfmt \0\0\0\0')],
    ['video/webm', bytes('\x1a\x45\xdf\xa3\x87\x42\x82\x84webm\0\0')],
    ['video/matroska', bytes('\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska\0\0')],
    ['video/mp2t', Buffer.concat([0, 1, 2].map(() => Buffer.concat([bytes('G@\0\x10'), Buffer.alloc(184)])))],
    ['video/x-flv', bytes('FLV\x01\x05\0\0\0\x09')],
    ['audio/mpeg', bytes('ID3\x03\0\0\0\x0f\x7f\x7f')],
    ['audio/flac', bytes('fLaC\0\0\0\x22')],
    ['audio/ogg', bytes(`OggS${'\0'.repeat(24)}OpusHead\x01\x02`)],
    ['video/ogg', bytes(`OggS${'\0'.repeat(24)}\x80theora\0`)],
    ['image/bmp', bytes('BM\x46\0\0\0\0\0\0\0\x36\0\0\0')],
    ['image/vnd.microsoft.icon', bytes('\0\0\x01\0\x01\0\x10\x10')],
    ['image/jxl', bytes('\0\0\0\x0cJXL \x0d\x0a\x87\x0a')],
    ['image/jp2', bytes('\0\0\0\x0cjP  \x0d\x0a\x87\x0a\0\0\0\x14ftypjp2 \0\0\0\0')],
    ['image/x-olympus-orf', bytes('IIRS\x08\0\0\0\0\0\0\0')],
    ['image/x-panasonic-rw2', bytes('IIU\0\x08\0\0\0\0\0')],
    ['image/x-canon-crw', bytes('II\x1a\0\0\0HEAPCCDR\x02\0')],
    ['image/x-sigma-x3f', bytes('FOVb\x01\0\x02\0')],
    ['application/gzip', gzipSync('hello')],
    ['application/gzip', gzipSync('<svg>').subarray(0, 9)],
    ['image/svg+xml-compressed', gzipSync(`<?xml version="1.0"?><!--${'-'.repeat(900)}--><svg width="9"/>`)],
    ['audio/x-caf', bytes('caff\0\x01\0\0desc')],
    ['image/x-exr', bytes('v/1\x01\x02\0\0\0channels\0')],
    ['image/x-tga', bytes('\0\0\x02\0\0\0\0\0\0\0\0\0\x10\0\x10\0\x18\x20pixels')],
    ['image/x-tga', bytes('\0\x01\x09\0\0\x80\0\x18\0\0\0\0\x10\0\x10\0\x08\0pixels')],
    ['image/vnd.microsoft.icon', bytes('\0\0\x02\0\x01\0\x10\x10\0\0\0\0\x10\0\x10\0\x18\x20')],
    ['application/zip', zipHead('a.txt', 'hello')],
    ['application/epub+zip', zipHead('mimetype', 'application/epub+zip')],
    [DOCX, zipHead('[Content_Types].xml', WORD_TYPES, true)],
    ['application/x-cfb', bytes('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0')],
    ['application/x-msdownload', bytes('MZ\x90\0\x03\0\0\0')],
  ])('tells %s by its signature', async (mime, head) => {
    expect(await mimeOf(head)).toBe(mime);
  });

  it('does not take a head that ends in the middle of anything for something else', async () => {
    expect(await mimeOf(bytes('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0'))).toBe('image/png');
    expect(await mimeOf(bytes('\x1a\x45\xdf\xa3'))).toBeNull();
    expect(await mimeOf(bytes('PK\x03\x04\0'))).toBe('application/zip');
    expect(await mimeOf(bytes('\0\0\0\x10ftypmi'))).not.toBe('image/avif');
  });

  it('has no opinion on nothing and on noise', async () => {
    expect(await sniff(new Uint8Array(0))).toBeNull();
    expect(await sniff(bytes('\0'))).toBeNull();
    expect(await sniff(bytes('\x01\x02\x03\x04\x05\x06\x07\x08'.repeat(50)))).toBeNull();
  });

  it('never throws, whatever is broken', async () => {
    const seeds = [zipHead('[Content_Types].xml', WORD_TYPES, true), ftyp('mif1', 'avif'), gzipSync('x'.repeat(900))];
    let state = 1;
    const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 600; round++) {
      const head = Buffer.from(seeds[round % seeds.length] ?? []);
      for (let i = 0; i < 4; i++) head[random(head.length)] = random(256);
      await expect(sniff(head.subarray(0, 1 + random(head.length)))).resolves.toBeDefined();
    }
  });

  it('sniffs a file of any size', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sniff-'));
    try {
      await writeFile(join(folder, 'empty'), '');
      await writeFile(join(folder, 'text'), 'a,b\n'.repeat(50_000));
      expect(await sniffFile(join(folder, 'empty'))).toBeNull();
      expect(await sniffFile(join(folder, 'text'))).toEqual({ mime: 'text/plain', kind: 'DOCUMENT' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('sniff on text', () => {
  it.each([
    ['ASCII', bytes('a;b;c\r\n1;2;3\r\n')],
    ['UTF-8', Buffer.from('Größe, 大小, 📷\n')],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffname,value')],
    ['UTF-8 cut inside a character', Buffer.from('naïve é').subarray(0, -1)],
    ['UTF-16 little endian, as Excel writes it', Buffer.from('\ufeffcol\t1\r\n', 'utf16le')],
    ['UTF-16 big endian', Buffer.from('\ufeffcol', 'utf16le').swap16()],
    ['Windows-1252', bytes('Gr\xf6\xdfe;Stra\xdfe\n')],
    ['JSON', bytes('{"a": [1, 2]}')],
    ['what looks like a bitmap to two letters', bytes('BM is a file format.')],
    ['what looks like a program to two letters', bytes('MZ, 12 May\n')],
    ['what looks like a GIF to three letters', bytes('GIF is pronounced GIF.')],
    ['Markdown that begins with markup', bytes('<p align="center">Logo</p>\n# Title')],
    ['Markdown that begins with a comment', bytes('<!-- badges -->\n# Title')],
    ['a heart', bytes('<3')],
  ])('takes %s for text/plain', async (_name, head) => {
    expect(await sniff(head)).toEqual({ mime: 'text/plain', kind: 'DOCUMENT' });
  });

  it.each([
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    [
      'image/svg+xml',
      '\ufeff \n<?xml version="1.0"?>\n<!-- a > b -->\n<!DOCTYPE svg [<!ENTITY a "<b>">]>\n<svg\nwidth="1">',
    ],
    [
      'image/svg+xml',
      `<!-- ${'license '.repeat(2000)}--><?pi x?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><s:SVG>`,
    ],
    ['text/html', '<!DOCTYPE html><p>hi'],
    ['text/html', '  <!-- x --><HTML lang="en">'],
    ['text/html', '<script>alert(1)</script>'],
    ['text/html', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">'],
    ['text/html', `<!-- ${'x'.repeat(1000)}`],
    ['application/xml', '<?xml version="1.0"?><note>hi</note>'],
    ['application/vnd.apple.mpegurl', '#EXTM3U\n#EXT-X-VERSION:3\nfile:///etc/passwd\n'],
    ['application/vnd.apple.mpegurl', '\ufeff\n#EXTM3U\n'],
    ['text/x-ffconcat', "ffconcat version 1.0\nfile '/etc/passwd'\n"],
    ['application/pdf', '%PDF-1.4\n1 0 obj'],
    ['application/rtf', '{\\rtf1\\ansi hello}'],
    ['text/vtt', 'WEBVTT\n\n00:00.000 --> 00:01.000\nhi'],
    ['text/calendar', 'BEGIN:VCALENDAR\r\n'],
  ])('recognises %s', async (mime, text) => {
    expect(await mimeOf(Buffer.from(text))).toBe(mime);
  });

  it('does not take bytes with control characters for text, whatever they begin with', async () => {
    expect(await mimeOf(bytes('#EXTM3U\n\0'))).toBeNull();
    expect(await mimeOf(bytes('<svg>\x01'))).toBeNull();
    expect(await mimeOf(Buffer.from('\ufeffa\0b', 'utf16le'))).toBeNull();
  });

  it('has no use for much time, however markup is nested', async () => {
    const started = process.cpuUsage();
    for (const part of ['<!--', '<?', '<!DOCTYPE [', '<!-- -->', '<!-- --', '<!x>'])
      await sniff(bytes(part.repeat(SNIFF_BYTES / part.length)));
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(3_000);
  });
});

describe('declarationMatches', () => {
  const found = (mime: string | null) =>
    mime === null ? null : { mime, kind: mime.startsWith('image/') ? ('IMAGE' as const) : ('OTHER' as const) };
  const judge = async (declared: string, head: Buffer) => declarationMatches(declared, await sniff(head));

  it.each([
    ['image/jpg', 'image/jpeg', 'image/jpeg'],
    ['image/jpeg', 'image/png', 'image/png'],
    ['image/png', 'image/apng', 'image/png'],
    ['image/x-nikon-nef', 'image/tiff', 'image/x-nikon-nef'],
    ['image/heif', 'image/heic', 'image/heic'],
  ])('declared %s and found %s: stored as %s', (declared, mime, stored) => {
    const canonical = mime === 'image/apng' ? 'image/png' : mime;
    expect(declarationMatches(declared, found(canonical))).toEqual({ matches: true, mime: stored });
  });

  it.each([
    ['a Word document of which only a zip is seen', DOCX, zipHead('word/document.xml', 'x'), DOCX],
    ['a zip that is a Word document', 'application/zip', zipHead('[Content_Types].xml', WORD_TYPES), DOCX],
    ['CSV', 'text/csv', bytes('a,b\n1,2\n'), 'text/csv'],
    ['JSON', 'application/json', bytes('{}'), 'application/json'],
    ['subtitles declared as text', 'text/plain', bytes('WEBVTT\n'), 'text/plain'],
    ['XML declared as text', 'text/plain', bytes('<?xml version="1.0"?><a/>'), 'text/plain'],
    ['sound in a container made for video', 'audio/mp4', ftyp('isom'), 'audio/mp4'],
    ['an MP4 that says it is sound', 'video/mp4', ftyp('M4A '), 'audio/mp4'],
    ['an old Word document', 'application/msword', bytes('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0'), 'application/msword'],
    ['SVG under its own name', 'image/svg+xml', bytes('<svg/>'), 'image/svg+xml'],
  ])('believes %s', async (_what, declared, head, stored) => {
    expect(await judge(declared, head)).toEqual({ matches: true, mime: stored });
  });

  it.each([
    ['image/jpeg', zipHead('a', 'b'), 'declared image/jpeg, but the content is application/zip'],
    ['image/jpg', bytes('hello'), 'declared image/jpeg, but the content is text/plain'],
    ['image/jpeg', bytes('\x01\x02\x03\x04'), 'declared image/jpeg, but the content is of no known type'],
    ['text/plain', bytes('<!DOCTYPE html>'), 'declared text/plain, but the content is text/html'],
    ['text/plain', bytes('<svg/>'), 'declared text/plain, but the content is image/svg+xml'],
    ['image/png', bytes('<svg onload="alert(1)"/>'), 'declared image/png, but the content is image/svg+xml'],
    ['text/html', bytes('<html>'), 'declared text/html, but the content is text/html'],
    ['text/plain', bytes('#EXTM3U\n'), 'declared text/plain, but the content is application/vnd.apple.mpegurl'],
    ['video/mp4', bytes('#EXTM3U\n'), 'declared video/mp4, but the content is application/vnd.apple.mpegurl'],
    ['application/zip', bytes('MZ\0\0'), 'declared application/zip, but the content is application/x-msdownload'],
    ['audio/mpeg', ftyp('isom'), 'declared audio/mpeg, but the content is video/mp4'],
    [DOCX, zipHead('META-INF/MANIFEST.MF', 'x'), `declared ${DOCX}, but the content is application/java-archive`],
    ['text/csv', zipHead('a', 'b'), 'declared text/csv, but the content is application/zip'],
  ])('refuses %s for other content', async (declared, head, reason) => {
    expect(await judge(declared, head)).toEqual({ matches: false, reason });
  });
});

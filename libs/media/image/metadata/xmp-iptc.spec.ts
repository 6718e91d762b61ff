import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fields, run } from '../pictures.fixtures.js';
import { readIptcFacts } from './iptc.js';
import { readXmpFacts } from './xmp.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'xmp-'))));
afterEach(() => rm(folder, { recursive: true }));

const packet = (attributes: string, body = '') =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description ${attributes}>${body}</rdf:Description></rdf:RDF></x:xmpmeta>`;

const XMP = packet(
  'xmp:Rating="4" photoshop:City="Köln &amp; Bonn" exif:GPSLatitude="50,56.25N" exif:GPSLongitude=\'6,57,30W\'',
  `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Am Rhein</rdf:li></rdf:Alt></dc:title>
   <dc:subject><rdf:Bag><rdf:li>river</rdf:li><rdf:li>&#x1F30A; wave</rdf:li></rdf:Bag></dc:subject>
   <xmp:CreateDate>2024-05-06T07:08:09+02:00</xmp:CreateDate><tiff:Make>Acme</tiff:Make>`,
);

const dataset = (number: number, text: string | Buffer) => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x1c, 2, number, bytes.length >> 8, bytes.length & 255]), bytes]);
};
const IPTC = Buffer.concat([
  dataset(5, 'Am Rhein'),
  dataset(25, 'river'),
  dataset(25, 'boat'),
  dataset(55, '20240506'),
  dataset(60, '070809+0200'),
  dataset(80, Buffer.from('Jos\xe9', 'latin1')),
  dataset(120, 'Grüße'),
]);

it('reads XMP as attributes, elements and lists', () => {
  expect(readXmpFacts(Buffer.from(XMP))).toEqual({
    title: 'Am Rhein',
    keywords: ['river', '🌊 wave'],
    rating: 4,
    capturedAt: '2024-05-06T07:08:09+02:00',
    camera: { make: 'Acme' },
    gps: { latitude: 50.9375, longitude: -6.9583333 },
    city: 'Köln & Bonn',
  });
});

it('reads IPTC, in UTF-8 or Latin-1', () => {
  expect(readIptcFacts(IPTC)).toEqual({
    title: 'Am Rhein',
    keywords: ['river', 'boat'],
    createdAt: '2024-05-06T07:08:09+02:00',
    creators: ['José'],
    description: 'Grüße',
  });
});

it('finds both in a picture', async () => {
  const jpeg = await fields().withXmp(XMP).jpeg().toBuffer();
  const block = Buffer.concat([
    Buffer.from('Photoshop 3.0\u00008BIM\u0004\u0004\0\0\0\0', 'latin1'),
    Buffer.alloc(2),
    IPTC,
  ]);
  block.writeUInt16BE(IPTC.length, 24);
  const head = Buffer.from([0xff, 0xed, (block.length + 2) >> 8, (block.length + 2) & 255]);
  const result = await run(folder, Buffer.concat([jpeg.subarray(0, 2), head, block, jpeg.subarray(2)]));
  expect(result.facts).toMatchObject({ xmp: { title: 'Am Rhein', rating: 4 }, iptc: { keywords: ['river', 'boat'] } });
});

it('takes nonsense and hostile text in its stride', () => {
  const began = process.cpuUsage();
  for (const text of [
    '',
    '<dc:title>',
    packet('xmp:Rating="99" exif:GPSLatitude="95,0N" exif:GPSLongitude="1,0E"'),
    packet('', '<dc:title><b>x</b></dc:title>&#xFFFFFF;'),
    '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><dc:title>&b;</dc:title>'.repeat(5000),
    '<rdf:li '.repeat(50_000),
    ' dc:title'.repeat(50_000),
  ])
    expect(JSON.stringify(readXmpFacts(Buffer.from(text)) ?? null)).not.toMatch(/root:|\\u0000/);
  expect(process.cpuUsage(began).user / 1000).toBeLessThan(5_000);
  expect(readXmpFacts(Buffer.from('<dc:title>a\0b</dc:title>'))).toEqual({ title: 'a' });
  for (const bytes of [Buffer.alloc(0), Buffer.from([0x1c, 2, 5, 0xff, 0xff]), Buffer.alloc(5000, 0x1c)])
    expect(readIptcFacts(bytes)).toBeUndefined();
});

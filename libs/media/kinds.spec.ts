import { supportedMimeTypes } from 'file-type';
import { canonicalMime, FORMATS, formatOf, isKnown, kindOf, matchesAccepted, processorOf } from './kinds.js';

/** What file-type does not know, sniff.spec.ts knows by name. */
const OWN = [
  'audio/basic',
  'image/x-canon-crw',
  'image/x-sigma-x3f',
  'image/svg+xml-compressed',
  'image/x-exr',
  'image/x-tga',
  'audio/x-caf',
];

describe('the table of formats', () => {
  it('gives every name to one row only', () => {
    const names = FORMATS.flatMap(({ mime, aliases }) => [mime, ...aliases]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('writes names without capitals or parameters, and extensions without dots', () => {
    for (const { mime, aliases, extensions } of FORMATS) {
      for (const name of [mime, ...aliases]) expect(name).toMatch(/^[a-z]+\/[a-z0-9.+-]+$/);
      for (const extension of extensions) expect(extension).toMatch(/^[a-z0-9]+$/);
    }
  });

  it('builds formats only from formats that it has, and that can be recognised', () => {
    for (const { isA } of FORMATS.filter((format) => format.isA !== null))
      expect(FORMATS.find(({ mime }) => mime === isA)?.recognisedBy).toMatch(/^(signature|text)$/);
  });

  it('calls recognisable by signature only what the sniffer can name', () => {
    const sniffable = new Set([...supportedMimeTypes, ...OWN].map(canonicalMime));
    const unnamed = FORMATS.filter(({ mime, recognisedBy }) => recognisedBy === 'signature' && !sniffable.has(mime));
    expect(unnamed.map(({ mime }) => mime)).toEqual([]);
  });

  it('says of what only a declaration can tell what its bytes show', () => {
    for (const format of FORMATS.filter(({ recognisedBy }) => recognisedBy === 'declaration'))
      expect(format.isA).not.toBeNull();
  });
});

describe('questions on it', () => {
  it.each([
    ['image/jpeg', 'image/jpeg'],
    [' Image/JPG; q=1', 'image/jpeg'],
    ['audio/ogg; codecs=opus', 'audio/ogg'],
    ['application/x-zip-compressed', 'application/zip'],
    ['Application/Vnd.MS-Excel.sheet.macroEnabled.12', 'application/vnd.ms-excel.sheet.macroenabled.12'],
    ['X-Unknown/Thing; a=b', 'x-unknown/thing'],
    ['', ''],
  ])('canonicalMime(%j) is %j', (given, expected) => expect(canonicalMime(given)).toBe(expected));

  it.each([
    ['image/heic', 'IMAGE'],
    ['application/mxf', 'VIDEO'],
    ['audio/mp3', 'AUDIO'],
    ['text/csv', 'DOCUMENT'],
    ['application/zip', 'OTHER'],
    ['image/never-heard-of', 'IMAGE'],
    ['application/x-msdownload', 'OTHER'],
    ['constructor', 'OTHER'],
  ])('kindOf(%j) is %s', (mime, kind) => expect(kindOf(mime)).toBe(kind));

  it('knows what it has, by any name, and nothing else', () => {
    expect(isKnown('image/pjpeg')).toBe(true);
    expect(isKnown('text/html')).toBe(false);
    expect(isKnown('application/vnd.apple.mpegurl')).toBe(false);
    expect(isKnown('application/octet-stream')).toBe(false);
    expect(isKnown('toString')).toBe(false);
    expect(formatOf('image/x-icon')?.extensions[0]).toBe('ico');
  });

  it('names a processor for what can be made into pictures, and none for the rest', () => {
    expect(processorOf('image/apng')).toBe('image');
    expect(processorOf('image/heic')).toBe('image');
    expect(processorOf('image/vnd.adobe.photoshop')).toBe('image');
    expect(processorOf('application/zip')).toBeNull();
    expect(processorOf('nonsense')).toBeNull();
  });

  it.each([
    ['image/jpg', ['image/*'], true],
    ['image/jpeg', ['IMAGE/JPG'], true],
    ['application/x-pdf', ['application/pdf'], true],
    ['video/mp4', ['image/*', 'audio/*'], false],
    ['imagery/thing', ['image/*'], false],
    ['text/html', ['*/*'], true],
    ['image/png', [], false],
    ['image/png', ['image'], false],
  ])('matchesAccepted(%j, %j) is %s', (mime, patterns, expected) =>
    expect(matchesAccepted(mime, patterns)).toBe(expected),
  );
});

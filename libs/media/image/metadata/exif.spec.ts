import sharp, { type Exif } from 'sharp';
import { readExifFacts } from './exif.js';

/** An EXIF block as a camera app writes it; libexif adds the orientation, 1. */
async function exifOf(tags: Exif): Promise<Buffer> {
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } });
  const { exif } = await sharp(await picture.withExif(tags).jpeg().toBuffer()).metadata();
  if (!exif) throw new Error('no EXIF was written');
  return exif;
}

const factsOf = async (tags: Exif) => readExifFacts(await exifOf(tags));

interface Entry {
  tag: number;
  type: number;
  count: number;
  /** The value, or where it is. */
  value: number;
}

/** A big-endian block of one directory and whatever its entries point to, which begins at 10 + 12 n + 4. */
function block(entries: Entry[], rest: Buffer = Buffer.alloc(0)): Buffer {
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  directory.writeUInt16BE(entries.length, 0);
  entries.forEach(({ tag, type, count, value }, index) => {
    const at = 2 + index * 12;
    directory.writeUInt16BE(tag, at);
    directory.writeUInt16BE(type, at + 2);
    directory.writeUInt32BE(count, at + 4);
    directory.writeUInt32BE(value, at + 8);
  });
  return Buffer.concat([Buffer.from('MM\0\x2a\0\0\0\x08', 'latin1'), directory, rest]);
}

describe('readExifFacts', () => {
  it('groups what a phone writes', async () => {
    const facts = await factsOf({
      IFD0: {
        Make: 'Acme',
        Model: 'Cam 1',
        Software: '17.1',
        Artist: 'Jane Doe',
        Copyright: '(c) Jane',
        Orientation: '6',
      },
      IFD2: {
        DateTimeOriginal: '2024:05:01 12:30:45',
        SubSecTimeOriginal: '123',
        OffsetTimeOriginal: '+02:00',
        ExposureTime: '1/125',
        FNumber: '28/10',
        ISOSpeedRatings: '200',
        ExposureBiasValue: '-1/3',
        FocalLength: '425/100',
        FocalLengthIn35mmFilm: '26',
        ExposureProgram: '2',
        MeteringMode: '5',
        WhiteBalance: '0',
        Flash: '16',
        LensMake: 'Acme',
        LensModel: '26 mm f/2.8',
        BodySerialNumber: 'A-1',
      },
      IFD3: {
        GPSLatitudeRef: 'S',
        GPSLatitude: '33/1 51/1 3540/100',
        GPSLongitudeRef: 'E',
        GPSLongitude: '151/1 12/1 4000/100',
        GPSAltitude: '25/2',
        GPSImgDirection: '2701/10',
        GPSDateStamp: '2024:05:01',
        GPSTimeStamp: '10/1 30/1 45/1',
      },
    });
    expect(facts).toEqual({
      camera: { make: 'Acme', model: 'Cam 1', serial: 'A-1' },
      lens: { make: 'Acme', model: '26 mm f/2.8' },
      exposure: {
        time: '1/125',
        seconds: 0.008,
        fNumber: 2.8,
        iso: 200,
        bias: -0.33,
        focalLength: 4.25,
        focalLength35: 26,
        program: 'normal',
        metering: 'pattern',
        whiteBalance: 'auto',
        flash: false,
      },
      capturedAt: '2024-05-01T12:30:45.123+02:00',
      gps: {
        latitude: -33.8598333,
        longitude: 151.2111111,
        altitude: 12.5,
        direction: 270.1,
        at: '2024-05-01T10:30:45Z',
      },
      orientation: 1,
      software: '17.1',
      artist: 'Jane Doe',
      copyright: '(c) Jane',
    });
  });

  it.each([
    ['1/4', '1/4'],
    ['1/3', '0.3'],
    ['1/2', '0.5'],
    ['13/10', '1.3'],
    ['30/1', '30'],
    ['1/8000', '1/8000'],
  ])('writes an exposure of %s s as %s', async (time, written) => {
    expect((await factsOf({ IFD2: { ExposureTime: time } })).exposure?.time).toBe(written);
  });

  it('leaves the zone out when the file does not name it', async () => {
    expect(await factsOf({ IFD2: { DateTimeOriginal: '2024:05:01 12:30:45' } })).toEqual({
      capturedAt: '2024-05-01T12:30:45',
      orientation: 1,
    });
    const nonsense = { DateTimeOriginal: '2024:05:01 12:30:45', OffsetTimeOriginal: '+99:00' };
    expect((await factsOf({ IFD2: nonsense })).capturedAt).toBe('2024-05-01T12:30:45');
  });

  it('falls back from the time of the shot to the time of the file', async () => {
    const facts = await factsOf({
      IFD0: { DateTime: '2023:01:02 03:04:05' },
      IFD2: { DateTimeOriginal: '0000:00:00 00:00:00', OffsetTime: '-08:00' },
    });
    expect(facts.capturedAt).toBe('2023-01-02T03:04:05-08:00');
  });

  it('drops what cannot be true', async () => {
    const facts = await factsOf({
      IFD0: { Make: 'Acme' },
      IFD2: { ExposureTime: '1/0', FNumber: '0/0', ISOSpeedRatings: '0', FocalLength: '0/1', ExposureProgram: '77' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '91/1 0/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '0/0 0/0 0/0' },
    });
    expect(facts).toEqual({ camera: { make: 'Acme' }, orientation: 1 });
  });

  it('knows below from above the sea', () => {
    const altitude = Buffer.alloc(8);
    altitude.writeUInt32BE(25, 0);
    altitude.writeUInt32BE(2, 4);
    const place = Buffer.concat([1, 0, 0].map((degrees) => Buffer.from([0, 0, 0, degrees, 0, 0, 0, 1])));
    const gps = block(
      [
        { tag: 0x0002, type: 5, count: 3, value: 88 },
        { tag: 0x0004, type: 5, count: 3, value: 88 },
        { tag: 0x0005, type: 1, count: 1, value: 0x01_00_00_00 },
        { tag: 0x0006, type: 5, count: 1, value: 80 },
      ],
      Buffer.concat([altitude, place]),
    ).subarray(8);
    const whole = block([{ tag: 0x8825, type: 4, count: 1, value: 26 }], gps);
    expect(readExifFacts(whole).gps).toEqual({ latitude: 1, longitude: 1, altitude: -12.5 });
  });

  it('takes the true sensitivity where it does not fit the old tag', async () => {
    const facts = await factsOf({ IFD2: { ISOSpeedRatings: '65535', RecommendedExposureIndex: '102400' } });
    expect(facts.exposure?.iso).toBe(102_400);
  });

  it('cleans text: encodings, padding, control characters, length', () => {
    const values = ['Caf\u00e9\0\0junk', 'M\u00fcller', 'a\u0007b\tc ', 'x'.repeat(5000), '\0\0\0\0\0'];
    const encoded = values.map((value, index) => Buffer.from(value, index === 1 ? 'latin1' : 'utf8'));
    const tags = [0x010e, 0x010f, 0x0110, 0x0131, 0x013b];
    let at = 8 + 2 + 12 * tags.length + 4;
    const entries = encoded.map((value, index) => {
      const entry = { tag: tags[index] ?? 0, type: 2, count: value.length, value: at };
      at += value.length;
      return entry;
    });
    expect(readExifFacts(block(entries, Buffer.concat(encoded)))).toEqual({
      description: 'Café',
      camera: { make: 'Müller', model: 'a b c' },
      software: 'x'.repeat(250),
    });
  });

  it('hands out only what PostgreSQL can keep', () => {
    const emoji = Buffer.from(`${'x'.repeat(249)}📷${'y'.repeat(10)}`);
    const facts = readExifFacts(block([{ tag: 0x010f, type: 2, count: emoji.length, value: 26 }], emoji));
    expect(JSON.stringify(facts)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    expect(facts.camera?.make?.isWellFormed()).toBe(true);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['noise', Buffer.from('not exif at all')],
    ['a header alone', Buffer.from('Exif\0\0II\x2a\0', 'latin1')],
    ['a directory that lies outside', Buffer.from('MM\0\x2a\0\0\xff\xff\0\0\0\0\0\0', 'latin1')],
  ])('says that %s is broken', (_what, broken) => {
    expect(() => readExifFacts(broken)).toThrow();
  });

  it('refuses entries that each claim the whole block, instead of reading them all', () => {
    const entries = Array.from({ length: 5000 }, (_, index) => ({ tag: index, type: 1, count: 60_000, value: 8 }));
    const started = process.cpuUsage();
    expect(() => readExifFacts(block(entries))).toThrow('overlap');
    // Read, they would be three hundred million numbers.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2_000);
  });

  it('survives any damage to a real block', async () => {
    const whole = await exifOf({
      IFD0: { Make: 'Acme' },
      IFD2: { ExposureTime: '1/125' },
      IFD3: { GPSAltitude: '1/1' },
    });
    let state = 7;
    const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
    let read = 0;
    for (let round = 0; round < 2000; round++) {
      const damaged = Buffer.from(whole);
      for (let i = 0; i < 6; i++) damaged[random(damaged.length)] = random(256);
      try {
        const facts = readExifFacts(damaged);
        expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
    expect(read).toBeGreaterThan(100);
  });
});

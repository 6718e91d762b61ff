import { isUtf8 } from 'node:buffer';
import { readExifTags, type ExifTags } from './exif-block.js';
import { cleanText, compact } from './text.js';

/** EXIF as plain JSON. Absent is what the file does not say, or says in a way that cannot be true. */
export interface ExifFacts {
  camera?: { make?: string; model?: string; serial?: string };
  lens?: { make?: string; model?: string; serial?: string };
  exposure?: {
    /** As photographers write it: `1/125`, `0.5`, `30`. */
    time?: string;
    seconds?: number;
    fNumber?: number;
    iso?: number;
    /** EV. */
    bias?: number;
    /** Millimetres. */
    focalLength?: number;
    /** Millimetres on 35 mm film that show as much. */
    focalLength35?: number;
    program?: string;
    metering?: string;
    /** `auto` or `manual`. */
    whiteBalance?: string;
    /** Whether it fired. */
    flash?: boolean;
  };
  /** RFC 3339 with the zone, or without one, in the camera's local time, when the file does not name it. */
  capturedAt?: string;
  gps?: {
    /** Degrees, north and east positive. */
    latitude: number;
    longitude: number;
    /** Metres above sea level. */
    altitude?: number;
    /** Degrees clockwise from north that the camera looked to. */
    direction?: number;
    /** RFC 3339, UTC. */
    at?: string;
  };
  /** 1 to 8, before it was applied. */
  orientation?: number;
  software?: string;
  description?: string;
  artist?: string;
  copyright?: string;
}

/** What the numbers of ExposureProgram and MeteringMode stand for (Exif 3.0, 4.6.6.4). */
const PROGRAMS = new Map([
  [1, 'manual'],
  [2, 'normal'],
  [3, 'aperture priority'],
  [4, 'shutter priority'],
  [5, 'creative'],
  [6, 'action'],
  [7, 'portrait'],
  [8, 'landscape'],
]);
const METERINGS = new Map([
  [1, 'average'],
  [2, 'center-weighted'],
  [3, 'spot'],
  [4, 'multi-spot'],
  [5, 'pattern'],
  [6, 'partial'],
]);
const WHITE_BALANCES = new Map([
  [0, 'auto'],
  [1, 'manual'],
]);

/**
 * Reads an EXIF block (as sharp's metadata() hands it out) into JSON that PostgreSQL's jsonb takes: no NUL, no
 * lone surrogate, no NaN.
 * @throws Error when the block is broken
 */
export function readExifFacts(block: Buffer): ExifFacts {
  const tags = readExifTags(block);
  const { image, photo } = tags;
  return (
    compact({
      camera: compact({ make: text(image.Make), model: text(image.Model), serial: text(photo.BodySerialNumber) }),
      lens: compact({ make: text(photo.LensMake), model: text(photo.LensModel), serial: text(photo.LensSerialNumber) }),
      exposure: exposure(tags),
      capturedAt: capturedAt(tags),
      gps: gps(tags),
      orientation: between(1, 8, number(image.Orientation)),
      software: text(image.Software),
      description: text(image.ImageDescription),
      artist: text(image.Artist),
      copyright: text(image.Copyright),
    }) ?? {}
  );
}

function exposure({ photo }: ExifTags): ExifFacts['exposure'] {
  const seconds = between(1e-7, 1e6, number(photo.ExposureTime));
  const flash = number(photo.Flash);
  return compact({
    time: seconds === undefined ? undefined : shutterTime(seconds),
    seconds: seconds === undefined ? undefined : Number(seconds.toPrecision(6)),
    fNumber: rounded(2, between(0.1, 1000, number(photo.FNumber))),
    iso: between(1, 1e8, sensitivity(photo)),
    bias: rounded(2, between(-100, 100, number(photo.ExposureBiasValue))),
    focalLength: rounded(2, between(0.1, 1e5, number(photo.FocalLength))),
    focalLength35: between(1, 1e5, number(photo.FocalLengthIn35mmFilm)),
    program: PROGRAMS.get(number(photo.ExposureProgram) ?? 0),
    metering: METERINGS.get(number(photo.MeteringMode) ?? 0),
    whiteBalance: WHITE_BALANCES.get(number(photo.WhiteBalance) ?? -1),
    flash: flash === undefined ? undefined : flash % 2 === 1,
  });
}

/** 65535 stands for "more than fits here"; the true number is then in a newer tag (Exif 3.0, annex G). */
function sensitivity(photo: Record<string, unknown>): number | undefined {
  const iso = number(photo.ISOSpeedRatings);
  return iso === 65_535 ? (number(photo.RecommendedExposureIndex) ?? number(photo.StandardOutputSensitivity)) : iso;
}

const shutterTime = (seconds: number): string =>
  seconds < 0.3 ? `1/${Math.round(1 / seconds)}` : String(Number(seconds.toFixed(1)));

function capturedAt({ image, photo }: ExifTags): string | undefined {
  return (
    localTime(photo.DateTimeOriginal, photo.SubSecTimeOriginal, photo.OffsetTimeOriginal) ??
    localTime(photo.DateTimeDigitized, photo.SubSecTimeDigitized, photo.OffsetTimeDigitized) ??
    localTime(image.DateTime, photo.SubSecTime, photo.OffsetTime)
  );
}

/** @param date the camera's local time, held by a Date as if it were UTC */
function localTime(date: unknown, fraction: unknown, offset: unknown): string | undefined {
  if (!isDate(date)) return undefined;
  const digits = /^\d{1,9}/.exec(text(fraction) ?? '')?.[0];
  const zone = /^(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/.exec(text(offset) ?? '')?.[0];
  return `${date.toISOString().slice(0, 19)}${digits ? `.${digits}` : ''}${zone ?? ''}`;
}

/** Cameras whose clock was never set write zeros, which come out as a day before 1900. */
const isDate = (value: unknown): value is Date =>
  value instanceof Date && value.getTime() > Date.UTC(1900, 0) && value.getTime() < Date.UTC(10_000, 0);

function gps({ gps: tags }: ExifTags): ExifFacts['gps'] {
  const latitude = degrees(tags.GPSLatitude, tags.GPSLatitudeRef, 'S', 90);
  const longitude = degrees(tags.GPSLongitude, tags.GPSLongitudeRef, 'W', 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  const altitude = between(-20_000, 1e6, number(tags.GPSAltitude));
  const isBelowSea = number(tags.GPSAltitudeRef) === 1;
  return {
    latitude,
    longitude,
    ...compact({
      altitude: rounded(2, altitude === undefined || !isBelowSea ? altitude : -altitude),
      direction: rounded(2, between(0, 360, number(tags.GPSImgDirection))),
      at: gpsTime(tags.GPSDateStamp, tags.GPSTimeStamp),
    }),
  };
}

/** Degrees, minutes and seconds as one signed number; seven places are a centimetre. */
function degrees(value: unknown, reference: unknown, negative: string, limit: number): number | undefined {
  if (!Array.isArray(value)) return undefined;
  const [whole = Number.NaN, minutes = 0, seconds = 0] = value.map((part) => number(part) ?? Number.NaN);
  const sign = text(reference)?.toUpperCase() === negative ? -1 : 1;
  return rounded(7, between(-limit, limit, sign * (whole + minutes / 60 + seconds / 3600)));
}

function gpsTime(date: unknown, time: unknown): string | undefined {
  const day = /^(\d{4}):(\d{2}):(\d{2})$/.exec(text(date) ?? '');
  if (!day || !Array.isArray(time)) return undefined;
  const [hours = Number.NaN, minutes = Number.NaN, seconds = 0] = time.map((part) => number(part) ?? Number.NaN);
  const at = new Date(Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3]), hours, minutes, seconds));
  return isDate(at) ? `${at.toISOString().slice(0, 19)}Z` : undefined;
}

/** A number that is one; the first of several. */
function number(value: unknown): number | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'number' && Number.isFinite(first) ? first : undefined;
}

const between = (low: number, high: number, value: number | undefined): number | undefined =>
  value !== undefined && value >= low && value <= high ? value : undefined;

const rounded = (places: number, value: number | undefined): number | undefined =>
  value === undefined ? undefined : Number(value.toFixed(places));

/** C strings, in whatever encoding the camera's maker liked; without control characters; never empty. */
function text(value: unknown): string | undefined {
  const raw = Buffer.isBuffer(value) ? value.toString(isUtf8(value) ? 'utf8' : 'latin1') : value;
  if (typeof raw !== 'string') return undefined;
  return cleanText(raw);
}

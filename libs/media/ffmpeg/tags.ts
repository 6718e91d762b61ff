import type { Probed } from './probe.js';

/** What a file says of itself; absent is what it does not say, or says in a way that cannot be true. */
export interface TagFacts {
  title?: string;
  artist?: string;
  album?: string;
  genre?: string;
  track?: number;
  year?: number;
  /** RFC 3339, with the zone that the file names. */
  capturedAt?: string;
  gps?: {
    /** Degrees, north and east positive. */
    latitude: number;
    longitude: number;
    /** Metres above sea level. */
    altitude?: number;
  };
}

/** Longest text that is kept, in characters. */
const TEXT_LIMIT = 250;

/** Of the file, and of its streams where the file says nothing: Ogg keeps its tags there. */
export function tagFacts({ format, streams }: Probed): TagFacts {
  const find = (...names: string[]): string | undefined => {
    const values = [format, ...streams].flatMap(({ tags }) => names.map((name) => cleanText(tags.get(name))));
    return values.find((value) => value !== undefined);
  };
  const facts: { [Name in keyof TagFacts]: TagFacts[Name] | undefined } = {
    title: find('title'),
    artist: find('artist', 'album_artist'),
    album: find('album'),
    genre: find('genre'),
    track: positive(/^\d{1,4}/.exec(find('track') ?? '')?.[0]),
    year: positive(/^[12]\d{3}/.exec(find('date', 'year', 'tyer') ?? '')?.[0]),
    capturedAt: timeOf(find('com.apple.quicktime.creationdate')) ?? timeOf(find('creation_time')),
    gps: placeOf(find('com.apple.quicktime.location.iso6709', 'location')),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]: [string, unknown]) => value !== undefined));
}

/** Without control characters and lone surrogates, which PostgreSQL's jsonb refuses; never empty. */
function cleanText(value: string | undefined): string | undefined {
  const clean = value?.replaceAll(/\p{Cc}/gu, ' ').trim();
  return clean?.slice(0, TEXT_LIMIT).toWellFormed().trim() || undefined;
}

const positive = (digits: string | undefined): number | undefined => Number(digits ?? 0) || undefined;

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d):?(\d\d)?$/;

/** Clocks that were never set say 1904, 1970 or the like, before there were such files. */
function timeOf(value: string | undefined): string | undefined {
  const [, day, time, zone, minutes] = TIME.exec(value ?? '') ?? [];
  if (day === undefined) return undefined;
  const written = `${day}T${time}${zone === 'Z' ? 'Z' : `${zone}:${minutes ?? '00'}`}`;
  return new Date(written).getTime() > Date.UTC(1980, 0, 2) ? written : undefined;
}

/** ISO 6709 in degrees, as phones write it: `+48.8577+002.2950+035.1/`. */
function placeOf(value: string | undefined): TagFacts['gps'] {
  const [, latitude, longitude, altitude] =
    /^([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)([+-]\d{1,5}(?:\.\d+)?)?/.exec(value ?? '') ?? [];
  const [north, east] = [Number(latitude), Number(longitude)];
  if (!(Math.abs(north) <= 90 && Math.abs(east) <= 180)) return undefined;
  return { latitude: north, longitude: east, ...(altitude !== undefined && { altitude: Number(altitude) }) };
}

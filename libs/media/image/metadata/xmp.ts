import { cleanText, compact } from './text.js';

/** XMP as plain JSON. Absent is what the packet does not say. */
export interface XmpFacts {
  title?: string;
  description?: string;
  headline?: string;
  creators?: string[];
  keywords?: string[];
  rights?: string;
  /** -1 (rejected) to 5. */
  rating?: number;
  /** As it stands: RFC 3339, often without a zone. */
  capturedAt?: string;
  software?: string;
  camera?: { make?: string; model?: string };
  lens?: { model?: string };
  /** Degrees, north and east positive. */
  gps?: { latitude: number; longitude: number };
  city?: string;
  state?: string;
  country?: string;
}

/** What is longer is cut: what people wrote stands at the beginning, histories of edits behind it. */
const MOST_CHARACTERS = 512 * 1024;
const MOST_ITEMS = 50;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Reads the properties that people ask for out of a packet (ISO 16684-1), by the prefixes that every writer uses. No
 * XML parser: nothing in it is expanded, fetched or nested.
 */
export function readXmpFacts(packet: Buffer): XmpFacts | undefined {
  const xml = packet.toString('utf8').slice(0, MOST_CHARACTERS);
  const one = (...names: string[]) => names.map((name) => valuesOf(xml, name)[0]).find((value) => value !== undefined);
  const several = (name: string) => {
    const values = valuesOf(xml, name);
    return values.length > 0 ? values : undefined;
  };
  const rating = Number(one('xmp:Rating') ?? Number.NaN);
  return compact<XmpFacts>({
    title: one('dc:title'),
    description: one('dc:description'),
    headline: one('photoshop:Headline'),
    creators: several('dc:creator'),
    keywords: several('dc:subject'),
    rights: one('dc:rights'),
    rating: Number.isInteger(rating) && rating >= -1 && rating <= 5 ? rating : undefined,
    capturedAt: dateIn(one('exif:DateTimeOriginal', 'photoshop:DateCreated', 'xmp:CreateDate')),
    software: one('xmp:CreatorTool'),
    camera: compact({ make: one('tiff:Make'), model: one('tiff:Model') }),
    lens: compact({ model: one('exifEX:LensModel', 'aux:Lens') }),
    gps: gpsIn(one('exif:GPSLatitude'), one('exif:GPSLongitude')),
    city: one('photoshop:City'),
    state: one('photoshop:State'),
    country: one('photoshop:Country'),
  });
}

/** Of a property written as an attribute, as an element, or as an element with a list in it. */
function valuesOf(xml: string, name: string): string[] {
  const attribute = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(xml);
  if (attribute) return cleaned([attribute[1] ?? attribute[2] ?? '']);
  const start = new RegExp(`<${name}(?:\\s[^>]*)?>`).exec(xml);
  if (!start) return [];
  const from = start.index + start[0].length;
  const to = xml.indexOf(`</${name}>`, from);
  if (to < 0) return [];
  const body = xml.slice(from, to);
  const items = [...body.matchAll(/<rdf:li(?:\s[^>]*)?>([^<]*)</g)].slice(0, MOST_ITEMS).map((item) => item[1] ?? '');
  return cleaned(items.length > 0 ? items : [body.includes('<') ? '' : body]);
}

const cleaned = (values: readonly string[]): string[] =>
  values.map((value) => cleanText(unescaped(value))).filter((value) => value !== undefined);

const unescaped = (text: string): string =>
  text.replaceAll(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));/gi, (whole, name, decimal, hex) => {
    if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? whole;
    const point = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return point <= 0x10_ffff ? String.fromCodePoint(point) : '';
  });

const dateIn = (text: string | undefined): string | undefined =>
  text && /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/.test(text) ? text : undefined;

function gpsIn(latitude: string | undefined, longitude: string | undefined): XmpFacts['gps'] {
  const [north, east] = [degrees(latitude, 90), degrees(longitude, 180)];
  return north === undefined || east === undefined ? undefined : { latitude: north, longitude: east };
}

/** `52,31.2N` or `52,31,12N` (Exif in XMP: GPSCoordinate). */
function degrees(text: string | undefined, limit: number): number | undefined {
  const parts = /^(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])$/.exec(text ?? '');
  if (!parts) return undefined;
  const [, whole, minutes, seconds = '0', side = ''] = parts;
  const value = (Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600) * ('SW'.includes(side) ? -1 : 1);
  return Math.abs(value) <= limit ? Number(value.toFixed(7)) : undefined;
}

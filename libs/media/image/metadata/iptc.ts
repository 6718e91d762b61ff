import { isUtf8 } from 'node:buffer';
import { cleanText, compact } from './text.js';

/** IPTC-IIM as plain JSON. Absent is what the block does not say. */
export interface IptcFacts {
  title?: string;
  headline?: string;
  description?: string;
  creators?: string[];
  keywords?: string[];
  copyright?: string;
  credit?: string;
  /** RFC 3339; without a zone where the block names none. */
  createdAt?: string;
  city?: string;
  state?: string;
  country?: string;
}

/** Of the application record, 2 (IPTC-IIM 4.2, chapter 6). */
const MARKER = 0x1c;
const RECORD = 2;
const MOST_DATASETS = 500;
const MOST_ITEMS = 50;

/** @param block as sharp's metadata() hands it out: the datasets, alone or inside Photoshop's resources */
export function readIptcFacts(block: Buffer): IptcFacts | undefined {
  const found = datasets(block);
  const one = (number: number) => found.get(number)?.[0];
  return compact<IptcFacts>({
    title: one(5),
    headline: one(105),
    description: one(120),
    creators: found.get(80),
    keywords: found.get(25),
    copyright: one(116),
    credit: one(110),
    createdAt: dateOf(one(55), one(60)),
    city: one(90),
    state: one(95),
    country: one(101),
  });
}

function datasets(block: Buffer): Map<number, string[]> {
  const found = new Map<number, string[]>();
  const start = block.indexOf(Buffer.from([MARKER, RECORD]));
  for (let at = start, count = 0; at >= 0 && at + 5 <= block.length && count < MOST_DATASETS; count++) {
    if (block[at] !== MARKER) break;
    const length = block.readUInt16BE(at + 3);
    // More than 32 kB is announced by the number of bytes in which the length stands: nothing here is that long.
    if (length > 0x7fff) break;
    const bytes = block.subarray(at + 5, at + 5 + length);
    const text = cleanText(bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1'), 2000);
    const number = block[at + 2] ?? 0;
    const values = found.get(number) ?? [];
    if (block[at + 1] === RECORD && number !== 0 && text !== undefined && values.length < MOST_ITEMS)
      found.set(number, [...values, text]);
    at += 5 + length;
  }
  return found;
}

/** `20260131` and `120000+0100`. */
function dateOf(date: string | undefined, time: string | undefined): string | undefined {
  const day = /^(\d{4})(\d\d)(\d\d)$/.exec(date ?? '');
  if (!day || day[2] === '00') return undefined;
  const clock = /^(\d\d)(\d\d)(\d\d)(?:([+-]\d\d)(\d\d))?$/.exec(time ?? '');
  const zone = clock?.[4] === undefined ? '' : `${clock[4]}:${clock[5]}`;
  return `${day.slice(1).join('-')}${clock ? `T${clock.slice(1, 4).join(':')}${zone}` : ''}`;
}

import { language, words } from './words';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const STEP = 1000;

/** 1234567 → 1.2 MB, as stores and disks count. */
export function bytes(count: number): string {
  let unit = 0;
  let value = count;
  while (value >= STEP && unit < UNITS.length - 1) {
    value /= STEP;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: UNITS[unit] ?? 'byte',
    // In full, since what is short has no plural: 74 byte.
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: digits,
  }).format(value);
}

export const speed = (bytesASecond: number): string => words.format.aSecond(bytes(bytesASecond));

export const count = (value: number): string => new Intl.NumberFormat(language).format(value);

export const percent = (share: number): string =>
  new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share);

const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
export const when = (iso: string): string => dateTime.format(new Date(iso));

const timeOfDay = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
/** @param at milliseconds since 1970 */
export const time = (at: number): string => timeOfDay.format(at);

const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
export const day = (iso: string): string => date.format(new Date(iso));

const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
const SPANS: [limit: number, seconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [604_800, 86_400, 'day'],
  [2_629_800, 604_800, 'week'],
  [31_557_600, 2_629_800, 'month'],
  [Infinity, 31_557_600, 'year'],
];

/** 3 min. ago; in 2 days. */
export function ago(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  if (Math.abs(seconds) < 45) return words.format.justNow;
  const [, length, unit] = SPANS.find(([limit]) => Math.abs(seconds) < limit) ?? [0, 1, 'second' as const];
  return relative.format(Math.round(seconds / length), unit);
}

/** 83.4 → 1:23; 3700 → 1:01:40. */
export function clock(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.floor(seconds) : 0;
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/** How long something took or will take: 340 ms, 12 s, 3 min, 2 h. */
export function duration(milliseconds: number): string {
  const in_ = (value: number, unit: string): string =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(
      value,
    );
  if (milliseconds < 1000) return in_(Math.round(milliseconds), 'millisecond');
  if (milliseconds < 60_000)
    return in_(milliseconds < 10_000 ? milliseconds / 1000 : Math.round(milliseconds / 1000), 'second');
  if (milliseconds < 3_600_000) return in_(milliseconds / 60_000, 'minute');
  return in_(milliseconds / 3_600_000, 'hour');
}

/** Safari 17 on iPhone, for a User-Agent header; null when it is none that people know. */
export function device(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  const first = (table: [RegExp, string][]): string | undefined => table.find(([test]) => test.test(userAgent))?.[1];
  const browser = first([
    [/Edg\//, 'Edge'],
    [/OPR\//, 'Opera'],
    [/Firefox\//, 'Firefox'],
    [/HeadlessChrome|Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
    [/curl\//, 'curl'],
  ]);
  const system = first([
    [/iPhone|iPad/, 'iOS'],
    [/Android/, 'Android'],
    [/Windows/, 'Windows'],
    [/Mac OS X/, 'macOS'],
    [/Linux/, 'Linux'],
  ]);
  if (browser === undefined) return userAgent.slice(0, 60);
  return system === undefined ? browser : words.format.on(browser, system);
}

const number = new Intl.NumberFormat('en');
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** "1,204", "1,204 objects"; the plural of the thing takes an s. */
export function countOf(count: number, thing?: string): string {
  const things = thing && count !== 1 ? `${thing}s` : thing;
  return [number.format(count), things].filter(Boolean).join(' ');
}

/** Bytes in powers of 1000, rounded: "3.4 GB". */
export function bytesOf(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${UNITS[power] ?? ''}`;
}

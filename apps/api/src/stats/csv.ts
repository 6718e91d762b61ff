import Negotiator from 'negotiator';

/** Whether a client would rather have a table than JSON: by the weights in its Accept header, then by their order. */
export const wantsCsv = (accept: string | undefined): boolean =>
  new Negotiator({ headers: { accept } }).mediaType(['application/json', 'text/csv']) === 'text/csv';

/** What a spreadsheet would take for a formula (OWASP, CSV injection), also behind blanks. */
const FORMULA = /^[\s]*[=+\-@]|^[\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;

type Cell = string | number | null;

/**
 * A table as CSV (RFC 4180: CRLF, quotes doubled), with the names of the columns first. Text that a spreadsheet would
 * run gets an apostrophe in front, which it takes for "this is text"; null is empty.
 */
export function toCsv<Column extends string>(
  columns: readonly Column[],
  rows: readonly Readonly<Record<Column, Cell>>[],
): string {
  const lines = [columns.map(cell), ...rows.map((row) => columns.map((column) => cell(row[column])))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

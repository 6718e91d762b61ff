import { toCsv, wantsCsv } from './csv.js';

const cell = (value: string | number | null): string => toCsv(['x'], [{ x: value }]).slice('x\r\n'.length, -2);

describe('a table instead of JSON', () => {
  it.each([
    ['text/csv', true],
    ['text/html, text/csv;q=0.9, */*;q=0.1', true],
    ['application/json;q=0.5, text/csv', true],
    ['text/csv, application/json', true],
    ['text/*', true],
    ['application/json, text/csv', false],
    ['text/csv;q=0.5, application/json', false],
    ['text/csv;q=0', false],
    ['*/*', false],
    ['text/csvx', false],
    ['', false],
    [undefined, false],
  ])('for %j: %p', (accept, wanted) => {
    expect(wantsCsv(accept)).toBe(wanted);
  });
});

describe('CSV', () => {
  it('has a line a row, and one with the names', () => {
    expect(toCsv(['a', 'b'], [{ a: 'one', b: 2 }])).toBe('a,b\r\none,2\r\n');
    expect(toCsv(['a'], [])).toBe('a\r\n');
  });

  it.each([
    ['Ärger.mp4', 'Ärger.mp4'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['', ''],
    [null, ''],
    [-1.5, '-1.5'],
    [0, '0'],
  ])('%j is %s', (value, expected) => {
    expect(cell(value)).toBe(expected);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1', '=HYPERLINK("http://x","y")'])(
    'lets no spreadsheet run %j',
    (value) => {
      expect(cell(value).replace(/^"/, '')).toMatch(/^'/);
    },
  );
});

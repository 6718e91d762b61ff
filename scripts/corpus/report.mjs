const COLUMNS = [
  ['outcome', 8],
  ['ms', 7],
  ['MB', 6],
  ['type', 26],
  ['file', 40],
];

const cells = (texts) => texts.map((text, index) => String(text).padEnd(COLUMNS[index]?.[1] ?? 0)).join(' ');

export const heading = () => `${cells(COLUMNS.map(([name]) => name))} what became of it`;

/** One file. */
export function line({ file, outcome, ms, peakMb, mime, outputs, warnings, code, reason, problems }) {
  const said =
    outcome === 'READY' ? [outputs.join(' '), ...warnings.map((warning) => `(${warning})`)] : [`${code}: ${reason}`];
  const wrong = problems.map((problem) => `!!! ${problem}`);
  return `${cells([outcome, ms, peakMb, mime ?? '-', file])} ${[...said, ...wrong].filter(Boolean).join(' ')}`;
}

/** All of them in a paragraph; `left`: temporary files that nobody removed. */
export function summary(rows, left) {
  const count = (outcome) => rows.filter((row) => row.outcome === outcome).length;
  const bad = rows.filter(({ problems }) => problems.length > 0);
  const slowest = Math.max(...rows.map(({ ms }) => ms));
  const largest = Math.max(...rows.map(({ peakMb }) => peakMb));
  return [
    '',
    `${rows.length} files: ${count('READY')} READY, ${count('FAILED')} FAILED, ${count('REFUSED')} refused, ${count('HUNG')} hung`,
    `slowest ${slowest} ms, most memory ${largest} MB (worker and its children together)`,
    ...(left.length > 0 ? [`temporary files left: ${left.join(', ')}`] : []),
    bad.length === 0 ? 'no problems' : `${bad.length} with problems:`,
    ...bad.map(({ file, problems }) => `  ${file}: ${problems.join('; ')}`),
  ].join('\n');
}

const COLUMNS = [
  ['fault', (row) => `${row.number}. ${row.title}`],
  ['queue', (row) => row.backend],
  ['times', (row) => row.times],
  ['accepted', (row) => row.accepted],
  ['READY', (row) => row.ready],
  ['FAILED', (row) => failures(row.failed)],
  ['lost', (row) => row.lost],
  ['duplicated', (row) => row.duplicated],
  ['recovery', (row) => `${row.recoverySeconds.toFixed(1)} s`],
];

function failures(failed) {
  const parts = Object.entries(failed).map(([code, count]) => `${count} ${code}`);
  return parts.length > 0 ? parts.join(', ') : '0';
}

/** The rows as a table that reads well as text and as Markdown. */
export function table(rows) {
  const cells = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, cell]) => String(cell(row))))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const lines = cells.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}

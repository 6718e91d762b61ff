const FAULTS = [
  ['fault', (row) => `${row.number}. ${row.title}`],
  ['queue', (row) => row.backend],
  ['times', (row) => row.times],
  ['accepted', (row) => row.accepted],
  ['READY', (row) => row.ready],
  ['FAILED', (row) => counts(row.failed)],
  ['lost', (row) => row.lost],
  ['duplicated', (row) => row.duplicated],
  ['recovery', (row) => `${row.recoverySeconds.toFixed(1)} s`],
];

const FLOODS = [
  ['flood', (row) => row.flood],
  ['count', (row) => row.count],
  ['answers', (row) => counts(row.answers, (status) => (status === '0' ? 'closed' : status))],
  ['API memory', (row) => `${row.memory.before} MB, at most ${row.memory.peak} MB`],
  ['besides', (row) => row.note],
];

function counts(record, name = (key) => key) {
  const parts = Object.entries(record).map(([key, count]) => `${count} ${name(key)}`);
  return parts.length > 0 ? parts.join(', ') : '0';
}

/** What was written down, as tables that read well as text and as Markdown: one of faults, one of floods. */
export function tables(rows) {
  const faults = rows.filter((row) => row.number !== undefined);
  const floods = rows.filter((row) => row.flood !== undefined);
  return [faults.length > 0 ? table(FAULTS, faults) : '', floods.length > 0 ? table(FLOODS, floods) : '']
    .filter(Boolean)
    .join('\n\n');
}

function table(columns, rows) {
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, cell]) => String(cell(row))))];
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const lines = cells.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}

import type { Report } from './examine.js';
import { bytesOf, countOf } from './format.js';
import { PROBLEMS, problems } from './problems.js';
import type { Finding } from './survey/survey.js';

/** 0: nothing is wrong any more. 1: something still is. */
export function exitCode({ findings, mended }: Report): 0 | 1 {
  const remains = findings.some(({ problem }) => mended === null || problems[problem].remedy === 'none');
  return remains ? 1 : 0;
}

/** For a person: what was looked at, what is wrong, with examples, and what is done about it. */
export function toText(report: Report): string {
  const { objects, bytes, assets, findings, graceMinutes } = report;
  return [
    `${countOf(objects, 'object')} (${bytesOf(bytes)}) and ${countOf(assets, 'asset')} compared.`,
    `What is younger than ${countOf(graceMinutes, 'minute')} was left alone.`,
    '',
    ...table(findings),
    ...findings.flatMap(examples),
    '',
    ...conclusion(report),
  ].join('\n');
}

function table(findings: readonly Finding[]): string[] {
  const rows = PROBLEMS.map((problem) => {
    const { count = 0, bytes = 0 } = findings.find((finding) => finding.problem === problem) ?? {};
    return [problems[problem].title, countOf(count), bytesOf(bytes)] as const;
  });
  return rows.map(([title, count, bytes]) => `${title.padEnd(42)}${count.padStart(12)}${bytes.padStart(12)}`);
}

function examples({ problem, count, examples: shown }: Finding): string[] {
  const more = count - shown.length;
  return [
    '',
    `${problems[problem].title}:`,
    ...shown.map(({ key, bytes }) => `  ${key}  ${bytesOf(bytes)}`),
    ...(more > 0 ? [`  and ${countOf(more)} more`] : []),
  ];
}

function conclusion({ findings, mended, refused }: Report): string[] {
  if (findings.length === 0) return ['Nothing is wrong.'];
  if (refused !== null) return [refused];
  if (mended === null) return ['--fix would:', ...findings.map(remedyOf)];
  const done = new Map(mended.map(({ problem, count }) => [problem, count]));
  return [
    'Done:',
    ...findings.map((finding) => {
      const count = done.get(finding.problem) ?? finding.count;
      return remedyOf({ ...finding, count, assets: count });
    }),
  ];
}

function remedyOf({ problem, count, assets }: Finding): string {
  switch (problems[problem].remedy) {
    case 'delete':
      return `  delete ${countOf(count, 'object')}`;
    case 'abort':
      return `  remove the parts of ${countOf(count, 'file')}`;
    case 'mark-lost':
      return `  mark ${countOf(count, 'asset')} as FAILED: OBJECT_LOST`;
    case 'reprocess':
      return `  process ${countOf(assets, 'asset')} anew`;
    case 'recount':
      return `  count the users of ${countOf(count, 'object')} anew`;
    case 'none':
      return `  leave ${countOf(count, 'object')} to you: ${problems[problem].title}`;
  }
}

import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

/** The instructions of a Dockerfile, a line each. */
function instructions(name: string): string[] {
  const text = readFileSync(path.join(root, name), 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ');
  return text
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').trim())
    .filter(Boolean);
}

const production = (lines: string[]): number => lines.indexOf('FROM base AS production');
const valuesOf = (lines: string[], keyword: string): string[] =>
  lines.filter((line) => line.startsWith(`${keyword} `)).map((line) => line.slice(keyword.length + 1));

describe('the Dockerfiles', () => {
  const api = instructions('Dockerfile.api');
  const worker = instructions('Dockerfile.worker');

  it('share the stages before the last, so that a builder does them once', () => {
    expect(production(api)).toBeGreaterThan(0);
    expect(worker.slice(0, production(worker))).toEqual(api.slice(0, production(api)));
  });

  it.each([
    ['api', api],
    ['worker', worker],
  ])('%s: not root, a health check, and a process that gets its signals itself', (_, lines) => {
    const last = lines.slice(production(lines));
    expect(valuesOf(last, 'USER')).toEqual(['1000:1000']);
    expect(valuesOf(last, 'STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(valuesOf(last, 'HEALTHCHECK').join()).toContain('CMD ["node", ');
    expect(valuesOf(last, 'CMD')).toEqual([expect.stringMatching(/^\["node", .*"dist\/apps\/\w+\/src\/main\.js"\]$/)]);
  });
});

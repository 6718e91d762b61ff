// Says at the end of a run which tests failed, and how: node failed.mjs RESULTS.json…
import { readFileSync } from 'node:fs';
import path from 'node:path';

const MOST_LINES = 25;
const root = path.resolve(import.meta.dirname, '..');

for (const suite of process.argv.slice(2).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')).testResults)) {
  if (suite.status !== 'failed') continue;
  const tests = suite.assertionResults.filter(({ status }) => status === 'failed');
  const failures = tests.map((test) => [test.fullName, test.failureMessages.join('\n')]);
  // A file that could not be run has no test to name.
  if (failures.length === 0) failures.push(['could not be run', suite.message]);
  for (const [name, message] of failures) {
    console.log(`\n✕ ${path.relative(root, suite.name)}: ${name}`);
    console.log(message.split('\n').slice(0, MOST_LINES).join('\n'));
  }
}

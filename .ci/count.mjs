// Prints "PASSED FAILED" of a jest run: node count.mjs RESULTS.json EXIT_STATUS
import { existsSync, readFileSync } from 'node:fs';

const [file, status] = process.argv.slice(2);
const results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
const passed = results?.numPassedTests ?? 0;
const broken = (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0);
// A run that ended badly without a failed test, or that ran none, has failed all the same.
const failed = broken > 0 ? broken : Number(status !== '0' || passed === 0);
console.log(`${passed} ${failed}`);

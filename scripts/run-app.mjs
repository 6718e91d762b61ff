// Runs one more API or worker beside a running `npm start`, on its database and files: for a debugger.
//   node scripts/run-app.mjs api|worker
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './prepare/root.mjs';

const app = process.argv[2];
if (app !== 'api' && app !== 'worker') {
  console.error('usage: node scripts/run-app.mjs api|worker');
  process.exit(1);
}

const directory = path.resolve(root, process.env.DATA_DIR || '.data');
const { databaseUrl } = readJson('runtime.json');
const { JWT_SECRET, URL_SIGNING_SECRET } = readJson('secrets.json');
Object.assign(process.env, { DATABASE_URL: databaseUrl, DATA_DIR: directory, JWT_SECRET, URL_SIGNING_SECRET });
await import(`../dist/apps/${app}/src/main.js`);

function readJson(name) {
  try {
    return JSON.parse(readFileSync(path.join(directory, name), 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    console.error(`There is no running npm start on ${directory}: begin one in another terminal first.`);
    process.exit(1);
  }
}

import { parseArgs } from 'node:util';
import { readDatabaseUrl } from '#libs/config/database-url.js';
import { seedScale } from './seed-scale.js';

/** npm run db:seed -- --scale [--assets 1000000] [--tenants 1000] */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { assets: { type: 'string' }, tenants: { type: 'string' } } });
  const assets = countOf('--assets', values.assets ?? '1000000');
  const tenants = countOf('--tenants', values.tenants ?? '1000');
  const begun = Date.now();
  await seedScale(readDatabaseUrl(), { assets, tenants }, (done) => console.log(`${done} of ${assets} assets`));
  console.log(
    `${tenants} tenants have ${assets} assets without files, after ${Math.round((Date.now() - begun) / 1000)} s.`,
  );
}

function countOf(option: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`${option} ${text}: expected a whole number, at least 1.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

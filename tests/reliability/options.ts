/** What carries the queue; `postgres-s3` keeps its objects in S3 instead of a folder, as `redis` does. */
export type Backend = 'postgres' | 'postgres-s3' | 'redis';

/** What run.mjs was asked for; it says so by the environment. */
const given = process.env;

export const isShort = given.RELIABILITY_SHORT === '1';

/** Minutes for which both cores are kept busy while leases and locks must hold; 0: not at all. */
export const soakMinutes = Number(given.RELIABILITY_SOAK_MINUTES ?? 0);

/** Numbers of the faults to make; all when empty. */
const only = (given.RELIABILITY_FAULTS ?? '').split(',').filter(Boolean);

/** Faults were asked for by their numbers. */
export const isChosen = only.length > 0;

export const isWanted = (number: string): boolean => only.length === 0 || only.includes(number);

/** Few times for continuous integration, many for a full run. */
export const scale = <T>(short: T, full: T): T => (isShort ? short : full);

/** @throws when the run was not started by run.mjs */
export function fromRunner(name: string): string {
  const value = given[name];
  if (!value) throw new Error(`${name} is not set: start this with npm run test:reliability`);
  return value;
}

import type { Fault } from '../fault.js';
import { apiKilled } from './api-killed.js';
import { clocksApart } from './clocks-apart.js';
import { coresBusy } from './cores-busy.js';
import { deleted } from './deleted.js';
import { databaseDiskFull, objectDiskFull, tempDiskFull } from './disks-full.js';
import { hanging } from './hanging.js';
import { objectLost } from './object-lost.js';
import { poison } from './poison.js';
import { postgresAway } from './postgres-away.js';
import { redisAway } from './redis-away.js';
import { stopped } from './stopped.js';
import { storeAway } from './store-away.js';
import { twiceAtOnce } from './twice-at-once.js';
import { workerKilled } from './worker-killed.js';

/** In the order in which they are made. */
export const faults: readonly Fault[] = [
  workerKilled,
  apiKilled,
  redisAway,
  postgresAway,
  storeAway,
  objectLost,
  tempDiskFull,
  objectDiskFull,
  databaseDiskFull,
  poison,
  hanging,
  stopped,
  twiceAtOnce,
  deleted,
  clocksApart,
  coresBusy,
];

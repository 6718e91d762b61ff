import { appendFileSync } from 'node:fs';
import { faults } from './faults/faults.js';
import type { Fault, Row } from './fault.js';
import { judge, untilSettled, type Verdict } from './judge/judge.js';
import { Lab } from './lab/lab.js';
import { fromRunner, isChosen, isShort, isWanted, type Backend } from './options.js';
import { tell } from './progress.js';
import { Traffic } from './traffic/traffic.js';

/** Room for the longest fault, and for all that waits for its next attempt after it. */
const TIMEOUT_MS = 20 * 60_000;
const SETTLED_WITHIN_MS = 120_000;
const USUAL_TRAFFIC = { accounts: 4, pauseMs: 800 };

/** Makes every fault on one backend, one after the other, and writes a row of the table for each. */
export function describeFaults(backend: Backend): void {
  describe(`on ${backend}`, () => {
    let lab: Lab;
    let unharmed = true;

    beforeAll(async () => {
      lab = await Lab.open(backend);
    }, TIMEOUT_MS);
    afterAll(() => lab.close(), TIMEOUT_MS);
    beforeEach(async () => {
      if (!unharmed) await lab.restore();
      lab.forgetEnded();
      unharmed = false;
    }, TIMEOUT_MS);
    afterEach(() => {
      if (!unharmed) tell(`${backend}: what the processes have said is in ${lab.writeLog()}`);
    });

    const made = faults.filter((fault) => isMade(fault, backend));
    it.each(made)(
      '$number $title',
      async (fault) => {
        const verdict = await run(lab, fault);
        expect(verdict.lost).toEqual([]);
        expect(verdict.duplicated).toEqual([]);
        expect(Object.keys(verdict.failed).filter((code) => !fault.mayFail?.includes(code))).toEqual([]);
        unharmed = true;
      },
      TIMEOUT_MS,
    );
  });
}

/** A short run makes each fault on the first of what can suffer it, and the death of workers on Redis as well. */
function isMade({ on, number }: Fault, backend: Backend): boolean {
  if (!on.includes(backend)) return false;
  if (!isShort || isChosen) return isWanted(number);
  return backend === on[0] || (backend === 'redis' && number === '1');
}

async function run(lab: Lab, fault: Fault): Promise<Verdict> {
  const { number, title } = fault;
  const say = (line: string): void => tell(`${lab.backend} ${number}: ${line}`);
  say(title);
  const traffic = await Traffic.start(lab.url, fault.traffic ?? USUAL_TRAFFIC);
  try {
    const { times, recoverySeconds } = await fault.make(lab, traffic, say);
    say(`made ${times} times, recovered in ${recoverySeconds.toFixed(1)} s`);
    await traffic.stop();
    await untilSettled(lab, traffic.accepted, SETTLED_WITHIN_MS);
    say(`${traffic.accepted.length} uploads are settled`);
    const verdict = await judge(lab, traffic.accepted);
    say(`${verdict.lost.length} lost, ${verdict.duplicated.length} duplicated`);
    const { accepted, ready, failed, lost, duplicated } = verdict;
    const counts = { accepted, ready, failed, lost: lost.length, duplicated: duplicated.length };
    const row: Row = { backend: lab.backend, number, title, times, ...counts, recoverySeconds };
    appendFileSync(fromRunner('RELIABILITY_ROWS'), `${JSON.stringify(row)}\n`);
    return verdict;
  } finally {
    await traffic.abandon();
  }
}

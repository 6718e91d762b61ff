import { execFileSync } from 'node:child_process';

/** Where the package libfaketime has put its library. */
function library(): string {
  const files = execFileSync('dpkg', ['-L', 'libfaketime'], { encoding: 'utf8' }).split('\n');
  const found = files.find((file) => file.endsWith('/libfaketime.so.1'));
  if (!found) throw new Error('libfaketime is not installed: start this with npm run test:reliability');
  return found;
}

/** For a process whose clock is wrong by so many minutes, and runs at its usual pace. */
export function clockOff(minutes: number): Record<string, string> {
  const sign = minutes < 0 ? '-' : '+';
  return {
    LD_PRELOAD: library(),
    FAKETIME: `${sign}${Math.abs(minutes)}m`,
    // Timers count by the monotonic clock, which nobody sets.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
}

import type { Lab } from './lab/lab.js';
import type { Backend } from './options.js';
import type { Traffic } from './traffic/traffic.js';

/** Something that goes wrong while several accounts upload. */
export interface Fault {
  /** As the list of faults in docs/reliability.md numbers it. */
  number: string;
  title: string;
  /** Where it can happen. */
  on: readonly Backend[];
  /** Codes with which uploads may end because of it; by default all must become READY. */
  mayFail?: readonly string[];
  /** Uploads by so many accounts, each of which waits between two files for so long at most. */
  traffic?: { accounts: number; pauseMs: number };
  /** Makes the fault, mends it, and checks what it alone promises. Nothing it has started may be left behind. */
  make(lab: Lab, traffic: Traffic, say: (line: string) => void): Promise<Made>;
}

export interface Made {
  times: number;
  /** Seconds from the fault, or where it lasts from its end, until all goes its usual way again. */
  recoverySeconds: number;
}

/** One line of the table. */
export interface Row extends Made {
  backend: Backend;
  number: string;
  title: string;
  accepted: number;
  ready: number;
  failed: Record<string, number>;
  lost: number;
  duplicated: number;
}

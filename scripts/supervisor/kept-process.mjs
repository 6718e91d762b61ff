import { once } from 'node:events';
import { say } from './say.mjs';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
// Who has lived this long did not die of its start: the pauses begin anew.
const STABLE_AFTER_MS = 30_000;

/** A child process that is started again whenever it dies, after a pause that grows while it keeps dying. */
export class KeptProcess {
  #child = null;
  #kept = false;
  #stopping = false;
  #pause = FIRST_PAUSE_MS;
  #timer = null;
  #starting = null;

  /**
   * @param name for the lines about it
   * @param spawn starts it: a ChildProcess or a promise of one
   */
  constructor(name, spawn) {
    this.name = name;
    this.spawn = spawn;
  }

  /** The first start; it fails when the process cannot be started. */
  async start() {
    this.#starting = this.#spawn();
    await this.#starting;
  }

  /** From now on it is started again; until now it was not, because a process that dies at first dies of its settings. */
  keep() {
    this.#kept = true;
    if (hasEnded(this.#child)) this.#schedule();
  }

  /** Resolves with the reason when it has died. */
  async died() {
    if (!hasEnded(this.#child)) await once(this.#child, 'exit');
    return reasonOf(this.#child);
  }

  /** Ends the process and starts another. */
  async restart(patienceMs) {
    await this.#end(patienceMs);
    if (!this.#stopping) await this.#again();
  }

  /** SIGTERM, and SIGKILL after patienceMs; resolves when it has ended. */
  async stop(patienceMs) {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await Promise.allSettled([this.#starting]);
    await this.#end(patienceMs);
  }

  async #spawn() {
    const child = await this.spawn();
    this.#child = child;
    const bornAt = Date.now();
    child.once('exit', () => {
      if (Date.now() - bornAt > STABLE_AFTER_MS) this.#pause = FIRST_PAUSE_MS;
      if (child === this.#child) this.#schedule();
    });
  }

  #schedule() {
    if (!this.#kept || this.#stopping || this.#timer) return;
    say(`${this.name} ended (${reasonOf(this.#child)}); starting it again in ${this.#pause / 1000} s`);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#again();
    }, this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  async #again() {
    this.#starting = this.#spawn();
    try {
      await this.#starting;
    } catch (error) {
      say(`${this.name} could not be started: ${error.message}`);
      this.#schedule();
    }
  }

  async #end(patienceMs) {
    const child = this.#child;
    if (!child || hasEnded(child)) return;
    this.#child = null;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const patience = setTimeout(() => {
      say(`${this.name} did not end within ${patienceMs / 1000} s and is killed`);
      child.kill('SIGKILL');
    }, patienceMs);
    await ended;
    clearTimeout(patience);
  }
}

function hasEnded(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

function reasonOf(child) {
  return child.signalCode ?? `exit ${child.exitCode}`;
}

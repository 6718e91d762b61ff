import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

// A lock file is created first and filled a moment later; an empty one older than this has lost its owner in between.
const FILLED_WITHIN_MS = 5_000;

/**
 * What tells a process from a later one with the same id: when it began. Null when it is not running.
 *
 * @param pid process id
 */
export function processIdentity(pid) {
  try {
    if (process.platform === 'linux') return linuxIdentity(pid);
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

function linuxIdentity(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // proc(5): the name in parentheses may hold anything; behind it, state is the first field and starttime the twentieth.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : fields[19];
}

/** @param process {pid, identity} as noted earlier */
export function isAlive({ pid, identity }) {
  return identity !== null && processIdentity(pid) === identity;
}

/** Describes this process, or another, for isAlive(). */
export function describeProcess(pid = process.pid) {
  return { pid, identity: processIdentity(pid) };
}

/**
 * Takes the lock file unless a living process has it. A lock whose process is gone, however it went, is free.
 *
 * @param file its folder must exist
 * @returns {release} when taken, {holder: pid} when not
 */
export function tryLock(file) {
  const mine = JSON.stringify(describeProcess());
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx', mode: 0o600 });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = readHolder(file);
    if (holder) return { holder: holder.pid };
    removeStale(file);
  }
}

/**
 * Waits for the lock.
 *
 * @param onWait called once, with the holder's process id, when there is a wait
 */
export async function lock(file, onWait) {
  for (let told = false; ; told = true) {
    const taken = tryLock(file);
    if (taken.release) return taken.release;
    if (!told) onWait(taken.holder);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Null when the lock is gone or its owner is. */
function readHolder(file) {
  let text;
  let age;
  try {
    age = Date.now() - statSync(file).mtimeMs;
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
  if (!text.endsWith('}')) return age < FILLED_WITHIN_MS ? { pid: 'another process' } : null;
  const holder = JSON.parse(text);
  return isAlive(holder) ? holder : null;
}

/** Moved aside first: of several that find the lock stale, one moves it, and nobody deletes a fresh one unseen. */
function removeStale(file) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (readHolder(aside)) renameSync(aside, file);
  else rmSync(aside);
}

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeProcess } from '../process-lock.mjs';
import { say } from './say.mjs';

/**
 * DATA_DIR/runtime.json: what runs at the moment, for the commands beside it (npm run db:studio) and for a start after
 * this one was killed. {databaseUrl, processes: {name: {pid, identity}}}
 */
export class RuntimeFile {
  #content = { databaseUrl: null, processes: { supervisor: describeProcess() } };

  constructor(directory) {
    this.file = path.join(directory, 'runtime.json');
  }

  setDatabaseUrl(url) {
    this.#content.databaseUrl = url;
    this.#write();
  }

  setProcess(name, pid) {
    this.#content.processes[name] = describeProcess(pid);
    // The process runs: a full disk is no reason to lose sight of it.
    try {
      this.#write();
    } catch (error) {
      say(`${this.file} could not be written: ${error.message}`);
    }
  }

  remove() {
    rmSync(this.file, { force: true });
  }

  #write() {
    const temporary = `${this.file}.new`;
    writeFileSync(temporary, `${JSON.stringify(this.#content, null, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, this.file);
  }
}

/** The processes that the last start noted; none when it ended properly. */
export function notedProcesses(directory) {
  try {
    return Object.values(JSON.parse(readFileSync(path.join(directory, 'runtime.json'), 'utf8')).processes);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

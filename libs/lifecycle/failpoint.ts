/** Places at which a test may have the process killed, as a power cut or the kernel would. */
export type Failpoint =
  | 'complete:before-commit'
  | 'form:stored'
  | 'answer:before-keep'
  | 'complete:before-dispatch'
  | 'job:claimed'
  | 'job:fetching'
  | 'job:fetched'
  | 'job:processed'
  | 'job:stored'
  | 'job:committed'
  | 'news:committed';

let armed: string | undefined;

/** @param name one of Failpoint; settings allow it in tests only */
export function armFailpoint(name: string | undefined): void {
  armed = name;
}

/** Does nothing, unless this very place was armed: then the process is gone, and nothing is cleaned up. */
export function failpoint(name: Failpoint): void {
  if (armed === name) process.kill(process.pid, 'SIGKILL');
}

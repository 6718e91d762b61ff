/** What ffmpeg and ffprobe may take of the machine. */

/**
 * Bytes of address space: what a decoder asks for beyond it, it does not get, however fast it asks. What all of a task
 * takes together is watched besides (sandbox/memory.ts).
 */
export const ADDRESS_SPACE = 4 * 1024 ** 3;

export interface Limited {
  program: string;
  args: readonly string[];
}

/**
 * A program under limits that the kernel keeps: address space, seconds of CPU time, no core files. The shell sets them
 * and becomes the program, which keeps its process id; no argument passes through the shell's hands.
 */
export function limited(
  program: string,
  args: readonly string[],
  { cpuSeconds, addressSpace = ADDRESS_SPACE }: { cpuSeconds: number; addressSpace?: number },
): Limited {
  const script = `ulimit -c 0; ulimit -v ${addressSpace / 1024}; ulimit -t ${cpuSeconds}; exec "$0" "$@"`;
  return { program: '/bin/sh', args: ['-c', script, program, ...args] };
}

/** Looks at what ffmpeg reports of its progress, and tells when there has been none for too long. */
export class Progress {
  private last = '';
  private text = '';
  private timer: NodeJS.Timeout;

  constructor(
    private readonly patienceMs: number,
    private readonly onStalled: () => void,
  ) {
    this.timer = setTimeout(onStalled, patienceMs);
  }

  /** @param chunk of `name=value` lines, a report of them ending with `progress=` */
  add(chunk: string): void {
    this.text += chunk;
    for (let end = this.text.indexOf('progress='); end >= 0; end = this.text.indexOf('progress=')) {
      this.look(this.text.slice(0, end));
      this.text = this.text.slice(end + 'progress='.length);
    }
    this.text = this.text.slice(-4000);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private look(report: string): void {
    // How fast it goes changes also when nothing is done.
    const done = (report.match(/^(?:frame|total_size|out_time_us|dup_frames|drop_frames)=.*$/gm) ?? []).join();
    if (done === this.last) return;
    this.last = done;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.onStalled, this.patienceMs);
  }
}

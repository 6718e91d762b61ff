import type { StackProcess } from '../../support/stack-process.js';

/** Longer than any process of ours may take to end. */
const PATIENCE_MS = 60_000;
/** Lines of its log that say what it was at instead. */
const LINES_SHOWN = 30;

/** Resolves with how a process ended. @throws when it does not, with what it has said last */
export async function endOf(one: StackProcess): Promise<number | string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      one.kill('SIGKILL');
      const said = one.lines.slice(-LINES_SHOWN).join('\n');
      reject(new Error(`the ${one.app} (${one.pid}) did not end within ${PATIENCE_MS / 1000} s:\n${said}`));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([one.ended, late]);
  } finally {
    clearTimeout(timer);
  }
}

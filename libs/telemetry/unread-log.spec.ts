import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

it('lets a process end whose log nobody reads any longer', async () => {
  const module = pathToFileURL(join(process.cwd(), 'dist/libs/telemetry/logger.js')).href;
  const script = `
    const { createLogger } = await import(${JSON.stringify(module)});
    const logger = createLogger('test', { LOG_LEVEL: 'info', LOG_FORMAT: 'json' });
    process.stdin.once('end', () => {
      for (const word of ['the', 'last', 'words']) logger.error(word);
      process.exit(3);
    });
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  child.stdout.destroy();
  child.stdin.end();
  const patience = setTimeout(() => child.kill('SIGKILL'), 100_000);
  expect(await ended).toEqual([3, null]);
  clearTimeout(patience);
});

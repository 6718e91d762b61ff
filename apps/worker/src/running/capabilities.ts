import { readSearchPath } from '#libs/config/search-path.js';
import type { Settings } from '#libs/config/settings.js';
import { findTools, type Tools } from '#libs/media/ffmpeg/tools.js';
import { missingFormats } from '#libs/media/missing-formats.js';
import type { Logger } from '#libs/telemetry/logger.js';

export const CAPABILITIES = Symbol('capabilities');

/** What this worker's machine can do that others may not: said in the log once, and in its row of workers. */
export interface Capabilities {
  /** null: films and sound are kept without a picture. */
  tools: Tools | null;
  /** Types that this worker can make nothing of; presign refuses those that no worker can. */
  missing: string[];
  /** Whether files are scanned by ClamAV. */
  virusScan: boolean;
}

/** Looks once, when the worker starts. */
export async function findCapabilities(settings: Settings, logger: Logger): Promise<Capabilities> {
  const { FFMPEG_PATH: ffmpeg, FFPROBE_PATH: ffprobe } = settings;
  const tools = await findTools({ ffmpeg, ffprobe, searchPath: readSearchPath() });
  if (tools) logger.info({ tools }, 'films and sound are read by ffmpeg');
  else logger.warn('ffmpeg or ffprobe is missing or does not run: films and sound are kept without a picture');
  const missing = missingFormats({ tools });
  if (missing.length > 0)
    logger.warn({ missing }, 'files of these types are refused unless another worker can process them');
  const virusScan = settings.CLAMAV_HOST !== undefined;
  logger.info(
    { virusScan },
    virusScan ? 'files are scanned for viruses' : 'files are not scanned for viruses: CLAMAV_HOST is not set',
  );
  return { tools, missing, virusScan };
}

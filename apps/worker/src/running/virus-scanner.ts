import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Settings } from '#libs/config/settings.js';
import type { Warning } from '#libs/media/result.js';
import { Clamd } from '#libs/virus-scan/clamd.js';
import { RefusedFile } from './failure.js';

/** Looks through files before anything else does, where the settings name a scanner. */
export class VirusScanner {
  private readonly clamd: Clamd | null;

  constructor(private readonly settings: Settings) {
    const { CLAMAV_HOST: host, CLAMAV_PORT: port, CLAMAV_TIMEOUT_SECONDS: seconds } = settings;
    this.clamd = host === undefined ? null : new Clamd({ host, port, timeoutMs: seconds * 1000 });
  }

  get isOn(): boolean {
    return this.clamd !== null;
  }

  /**
   * Returns what is to be said of a file that was let pass.
   * @throws RefusedFile INFECTED, or TOO_LARGE_TO_SCAN where the settings say so; ScannerUnavailableError
   */
  async scan(file: string, signal: AbortSignal): Promise<Warning[]> {
    if (!this.clamd) return [];
    const { size } = await stat(file);
    if (size > this.settings.CLAMAV_MAX_BYTES) return this.tooLarge();
    const result = await this.clamd.scan(createReadStream(file, { signal }), signal);
    switch (result.verdict) {
      case 'clean':
        return [];
      case 'too-large':
        return this.tooLarge();
      case 'infected':
        throw new RefusedFile('INFECTED', `The virus scanner found ${result.signature} in the file; it was removed.`);
    }
  }

  private tooLarge(): Warning[] {
    const limit = `${Math.floor(this.settings.CLAMAV_MAX_BYTES / 1024 ** 2)} MB`;
    if (this.settings.CLAMAV_OVERSIZE === 'refuse')
      throw new RefusedFile('TOO_LARGE_TO_SCAN', `Only files of up to ${limit} can be scanned for viruses.`);
    return [{ code: 'NOT_SCANNED', detail: `The file has more than the ${limit} that can be scanned for viruses.` }];
  }
}

import { processorOf } from '#libs/media/kinds.js';
import { declarationMatches, sniffFile } from '#libs/media/sniff.js';
import { RefusedFile } from '../running/failure.js';

/**
 * Looks at the bytes themselves, once more: between complete and now the store may have been written to by others, and
 * a decoder must never be given what it was not chosen for.
 * @param mime as the asset has it: sniffed when it was completed
 * @throws RefusedFile CONTENT_TYPE_MISMATCH
 */
export async function refuseOtherContent(file: string, mime: string): Promise<void> {
  const sniffed = await sniffFile(file);
  const verdict = declarationMatches(mime, sniffed);
  if (verdict.matches && processorOf(verdict.mime) === processorOf(mime)) return;
  const content = sniffed?.mime ?? 'of no known type';
  throw new RefusedFile('CONTENT_TYPE_MISMATCH', `The file was accepted as ${mime}, but its content is ${content}.`);
}

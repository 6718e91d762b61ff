import type { Schemas } from '../../api/client';
import type { PickedFile } from '../dropped-files';
import { isInParts } from './remembered';
import type { Sending } from './requests';
import { abandonParts, sendInParts } from './send-in-parts';
import { abandonWhole, sendWhole } from './send-whole';

/**
 * Brings a file to the store, in parts when it is large, and says that it is there. What an error or a pause leaves is
 * gone on with when it is called again.
 *
 * @returns the asset
 * @throws ApiProblem, Unreachable; an AbortError when the signal aborts
 */
export const sendFile = (picked: PickedFile, sending: Sending): Promise<Schemas['Asset']> =>
  isInParts(picked.file) ? sendInParts(picked, sending) : sendWhole(picked, sending);

/**
 * Ends what was begun of a file that nobody is sending, on the server as well.
 * @param picked unknown of what a page has left that was closed
 */
export const abandon = (fingerprint: string, picked?: PickedFile): Promise<unknown> =>
  Promise.all([abandonParts(fingerprint), picked && abandonWhole(picked)]);

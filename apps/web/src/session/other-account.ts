import { current, subscribe } from '../api/session';
import { stopBulkActions } from '../library/use-bulk-action';
import { queryClient } from '../query-client';
import { sayNothing } from '../ui/toasts';
import { uploads } from '../uploads/use-uploads';

const userId = (): string | null => {
  const state = current();
  return state.is === 'in' ? state.user.id : null;
};

/** Whoever signs in next finds nothing of who was here before, however that ended: here, in another tab, or by a 401. */
export function startWithNothingOfOthers(): void {
  let known = userId();
  subscribe(() => {
    const now = userId();
    if (now === known) return;
    if (known !== null) {
      uploads.dismiss();
      stopBulkActions();
      queryClient.clear();
      // What they offer to undo is of who was here before.
      sayNothing();
    }
    known = now;
  });
}

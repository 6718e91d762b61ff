import { api, ask } from '../api/client';
import { leave } from '../api/session';

/** Ends the session here, or everywhere. Who cannot reach the server stays signed in, and is told so. */
export async function signOut(everywhere = false): Promise<void> {
  const params = { header: { 'X-Session': 'cookie' } };
  await ask(everywhere ? api.POST('/auth/logout-all', { params }) : api.POST('/auth/logout', { params }));
  leave();
}

import { useSyncExternalStore } from 'react';
import { current, subscribe, type User } from '../api/session';

export const useSession = () => useSyncExternalStore(subscribe, current);

/** For pages behind the sign-in. */
export function useUser(): User {
  const session = useSession();
  if (session.is !== 'in') throw new Error('nobody is signed in');
  return session.user;
}

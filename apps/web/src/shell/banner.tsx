import { useSyncExternalStore } from 'react';
import { words } from '../words/words';

const subscribe = (listener: () => void): (() => void) => {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
};

/** Says that the network is away, as long as it is. */
export function Banner() {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status" className="floats">
      {!isOnline && <div className="banner">{words.errors.offline}</div>}
    </div>
  );
}

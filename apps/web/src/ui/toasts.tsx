import { useSyncExternalStore } from 'react';
import { words } from '../words/words';
import { sayError } from './state';

interface Toast {
  id: number;
  text: string;
  act?: { label: string; run: () => void };
}

const SHOWN_MS = 6_000;

let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(changed: readonly Toast[]): void {
  toasts = changed;
  for (const listener of listeners) listener();
}

const drop = (id: number): void => set(toasts.filter((toast) => toast.id !== id));

/** Says something for a few seconds, with a way back if there is one. */
export function say(text: string, act?: Toast['act']): void {
  const id = next++;
  set([...toasts.slice(-2), { id, text, act }]);
  setTimeout(() => drop(id), SHOWN_MS);
}

export const sayFailed = (error: unknown): void => say(sayError(error));

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text, act }) => (
        <div key={id} className="toast">
          <span className="grow">{text}</span>
          {act && (
            <button
              type="button"
              className="act"
              onClick={() => {
                act.run();
                drop(id);
              }}
            >
              {act.label}
            </button>
          )}
          <button type="button" aria-label={words.common.close} onClick={() => drop(id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}

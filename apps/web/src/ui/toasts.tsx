import { useEffect, useState, useSyncExternalStore } from 'react';
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
  set([...toasts.slice(-2), { id: next++, text, act }]);
}

export const sayNothing = (): void => set([]);

export const sayFailed = (error: unknown): void => say(sayError(error));

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** They go by themselves, but not under somebody's pointer or focus. */
export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  const [isHeld, setIsHeld] = useState(false);
  const hold = (): void => setIsHeld(true);
  const release = (): void => setIsHeld(false);
  return (
    <div
      className="toasts"
      role="status"
      aria-live="polite"
      onMouseEnter={hold}
      onMouseLeave={release}
      onFocus={hold}
      onBlur={release}
    >
      {shown.map((toast) => (
        <Message key={toast.id} toast={toast} isHeld={isHeld} onGone={release} />
      ))}
    </div>
  );
}

interface MessageProps {
  toast: Toast;
  isHeld: boolean;
  /** By a click: the focus that was on it is nowhere then. */
  onGone: () => void;
}

function Message({ toast: { id, text, act }, isHeld, onGone }: MessageProps) {
  const close = (): void => {
    drop(id);
    onGone();
  };
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => drop(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, isHeld]);
  return (
    <div className="toast">
      <span className="grow">{text}</span>
      {act && (
        <button
          type="button"
          className="act"
          onClick={() => {
            act.run();
            close();
          }}
        >
          {act.label}
        </button>
      )}
      <button type="button" aria-label={words.common.close} onClick={close}>
        ✕
      </button>
    </div>
  );
}

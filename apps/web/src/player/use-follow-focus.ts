import { useEffect, useRef, type RefObject } from 'react';

/** What takes the focus, the first of them: each state has buttons of its own, and a pressed one goes with its state. */
const NEXT = '[role=alertdialog], .playing, button:not(:disabled)';

/** Keeps the keyboard where it was when what it was on is replaced by what came of it. */
export function useFollowFocus(stage: RefObject<HTMLElement | null>, state: string): void {
  const before = useRef(state);
  useEffect(() => {
    if (before.current === state) return;
    before.current = state;
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (isLost) stage.current?.querySelector<HTMLElement>(NEXT)?.focus({ preventScroll: true });
  }, [stage, state]);
}

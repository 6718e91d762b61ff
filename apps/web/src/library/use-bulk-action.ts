import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { say, sayFailed } from '../ui/toasts';
import { words } from '../words/words';
import { hasCode } from '../api/problem';
import { inBulk, restoreMany, type BulkWork } from './bulk';
import { forget, giveBack, settle, take, type Shelf, type Taken } from './lists';

/** From so many on, it is told how far it is. */
const TOLD_FROM = 50;

interface BulkAction {
  shelf: Shelf;
  ids: readonly string[];
  work: BulkWork;
  says: (count: number) => string;
  /** It can be taken back. */
  undo?: boolean;
  /** What it takes back. */
  back?: Taken;
}

export interface Progress {
  count: number;
  all: number;
  stop: () => void;
}

/** Of what is under way, whatever page or filter somebody looks at meanwhile. */
let progress: Progress | null = null;
const listeners = new Set<() => void>();

function setProgress(now: Progress | null): void {
  progress = now;
  for (const listener of listeners) listener();
}

const underWay = new Set<AbortController>();
const OTHER_ACCOUNT = 'somebody else has signed in';

/** Whoever signs in next neither goes on with it nor is told of it. */
export function stopBulkActions(): void {
  for (const controller of underWay) controller.abort(OTHER_ACCOUNT);
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** They leave the shelf at once; those that could not be changed come back, with the reason of the first. */
export function useBulkAction(onBegin: () => void) {
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: async ({ shelf, ids, work, says, undo, back }: BulkAction) => {
      const taken = take(queryClient, shelf, new Set(ids));
      onBegin();
      const controller = new AbortController();
      const { signal } = controller;
      underWay.add(controller);
      const tell = (count: number): void => setProgress({ count, all: ids.length, stop: () => controller.abort() });
      const isTold = ids.length >= TOLD_FROM;
      const { done, failed } = await inBulk(ids, work, {
        signal,
        ...(isTold && { onProgress: tell }),
      });
      underWay.delete(controller);
      if (isTold) setProgress(null);
      if (signal.reason === OTHER_ACCOUNT) return settle(queryClient, taken);
      const over = new Set(done);
      if (back) giveBack(queryClient, back, over);
      else if (work === restoreMany) forget(queryClient, 'library');
      // What others have taken away meanwhile does not come back either.
      for (const { id, error } of failed) if (hasCode(error, 'ASSET_NOT_FOUND')) over.add(id);
      settle(queryClient, taken, new Set(ids.filter((id) => !over.has(id))));
      const takeBack = (): void =>
        mutate({ shelf: 'trash', ids: done, work: restoreMany, says: words.library.restored, back: taken });
      if (done.length > 0) say(says(done.length), undo ? { label: words.common.undo, run: takeBack } : undefined);
      const [first] = failed;
      if (first) sayFailed(first.error);
    },
  });
  return { act: mutate, progress: useSyncExternalStore(subscribe, () => progress) };
}

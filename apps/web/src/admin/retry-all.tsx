import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { sayFailed } from '../ui/toasts';
import { useChange } from '../ui/use-change';
import { words } from '../words/words';
import type { JobFilters } from './filters';

/** As many as are counted before somebody is asked: a list says no total. */
const COUNTED = 200;

/** All that failed and are shown, once more: it asks first, with how many these are. */
export function RetryAll({ filters }: { filters: JobFilters }) {
  const { state: _, ...narrowed } = filters;
  const [asks, setAsks] = useState<{ jobs: number; more: boolean }>();
  const look = useMutation({
    mutationFn: () => ask(api.GET('/jobs', { params: { query: { ...narrowed, state: 'FAILED', limit: COUNTED } } })),
    onSuccess: ({ items, nextCursor }) => setAsks({ jobs: items.length, more: nextCursor !== null }),
    onError: sayFailed,
  });
  const retry = useChange(
    () => ask(api.POST('/jobs/retry', { body: narrowed })),
    ['jobs'],
    ({ retried }) => words.admin.retried(retried),
  );
  const isOfAll = narrowed.tenantId === undefined && narrowed.assetId === undefined;
  return (
    <>
      <Button icon="retry" disabled={look.isPending || retry.isPending} onClick={() => look.mutate()}>
        {words.admin.retryAll}
      </Button>
      {asks && (
        <ConfirmDialog
          title={words.admin.retryAllAsk(asks.jobs, asks.more)}
          hint={isOfAll ? words.admin.retryAllOfEverybody : words.admin.retryAllHint}
          act={words.admin.retry}
          isPending={retry.isPending}
          onConfirm={() => retry.mutate(undefined, { onSettled: () => setAsks(undefined) })}
          onClose={() => setAsks(undefined)}
        />
      )}
    </>
  );
}

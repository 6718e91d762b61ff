import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, ask, type Schemas } from '../api/client';

export type JobStats = Schemas['JobStats'];

const LOOK_EVERY_MS = 2_000;
/** Looks that a chart shows: two minutes. */
const KEPT = 60;

export interface Sample {
  at: number;
  waiting: number;
  active: number;
  failed: number;
  /** Jobs completed a minute, since the sample before. */
  throughput: number;
  /** Seconds that the oldest has been waiting. */
  oldest: number;
}

const measure = (stats: JobStats, at: number, before?: { completed: number; at: number }): Sample => ({
  at,
  waiting: stats.waiting + stats.delayed,
  active: stats.active,
  failed: stats.failed,
  throughput: before ? Math.max(0, ((stats.completed - before.completed) / (at - before.at)) * 60_000) : 0,
  oldest: stats.oldestWaitingSeconds,
});

/** The queues now, and how they were since the page was opened. */
export function useJobSamples() {
  const [samples, setSamples] = useState<{ list: readonly Sample[]; completed: number }>({ list: [], completed: 0 });
  const query = useQuery({
    queryKey: ['jobs', 'stats'],
    queryFn: () => ask(api.GET('/jobs/stats')),
    refetchInterval: LOOK_EVERY_MS,
  });
  const { data, dataUpdatedAt: at } = query;
  useEffect(() => {
    if (!data) return;
    setSamples(({ list, completed }) => {
      const last = list.at(-1);
      if (last?.at === at) return { list, completed };
      const sample = measure(data, at, last && { completed, at: last.at });
      return { list: [...list, sample].slice(-KEPT), completed: data.completed };
    });
  }, [data, at]);
  return { ...query, samples: samples.list };
}

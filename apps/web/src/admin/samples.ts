import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../api/client';

type JobStats = Schemas['JobStats'];

const LOOK_EVERY_MS = 2_000;
/** What a chart shows. */
export const WINDOW_MS = 120_000;

const KEY = ['jobs', 'samples'];

export interface Sample {
  at: number;
  waiting: number;
  active: number;
  failed: number;
  completed: number;
  /** Jobs completed a minute, since the sample before. */
  throughput: number;
  /** Seconds that the oldest has been waiting. */
  oldest: number;
}

const measure = (stats: JobStats, at: number, before?: Sample): Sample => ({
  at,
  waiting: stats.waiting + stats.delayed,
  active: stats.active,
  failed: stats.failed,
  completed: stats.completed,
  throughput: before ? Math.max(0, ((stats.completed - before.completed) / (at - before.at)) * 60_000) : 0,
  oldest: stats.oldestWaitingSeconds,
});

/** The queues now, and how they were: what was seen is kept while one is on other pages. */
export function useJobSamples() {
  const queryClient = useQueryClient();
  return useQuery({
    queryKey: KEY,
    queryFn: async () => {
      const known = queryClient.getQueryData<Sample[]>(KEY) ?? [];
      const sample = measure(await ask(api.GET('/jobs/stats')), Date.now(), known.at(-1));
      return [...known.filter(({ at }) => at > sample.at - WINDOW_MS), sample];
    },
    staleTime: 0,
    refetchInterval: LOOK_EVERY_MS,
    retry: false,
  });
}

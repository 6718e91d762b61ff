import { QueryClient } from '@tanstack/react-query';
import { ApiProblem, Unreachable } from './api/problem';

const RETRIES = 3;

/** What may be different the next time: a request that is wrong stays wrong. */
const isTransient = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof ApiProblem && (error.status >= 500 || error.status === 429));

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, retry: (failures, error) => failures < RETRIES && isTransient(error) },
  },
});

import { QueryClient } from '@tanstack/react-query';
import { isTransient } from './api/problem';

const RETRIES = 3;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, retry: (failures, error) => failures < RETRIES && isTransient(error) },
    // Without a connection too: what could not be done is said, rather than done at some later time.
    mutations: { networkMode: 'always' },
  },
});

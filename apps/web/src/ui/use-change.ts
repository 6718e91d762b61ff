import { useMutation, useQueryClient } from '@tanstack/react-query';
import { say, sayFailed } from './toasts';

/**
 * Something that is done by a click: what could not be done is said, and what it may have changed is looked at again.
 * @param refreshes key of what it changes
 * @param says when it is done
 */
export function useChange<Input = void, Result = unknown>(
  change: (input: Input) => Promise<Result>,
  refreshes: readonly unknown[],
  says?: string | ((result: Result) => string),
) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (result) => {
      if (says !== undefined) say(typeof says === 'string' ? says : says(result));
    },
    onError: sayFailed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: refreshes }),
  });
}

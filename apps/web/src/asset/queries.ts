import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask, askAll, type Schemas } from '../api/client';
import { hasCode } from '../api/problem';
import { refreshLists } from '../library/lists';
import { say, sayFailed } from '../ui/toasts';
import { words } from '../words/words';

export type Asset = Schemas['Asset'];

const LOOK_EVERY_MS = 2_000;
/** Signed URLs are good for an hour. */
const FRESH_MS = 30 * 60_000;

const isUnderWay = ({ status, streaming }: Asset): boolean =>
  status === 'PENDING' ||
  status === 'PROCESSING' ||
  streaming?.status === 'PENDING' ||
  streaming?.status === 'PROCESSING';

/** One asset with the ETag that changing it asks for; looked at again for as long as something is being made of it. */
export const assetQuery = (id: string) =>
  queryOptions({
    queryKey: ['assets', 'one', id],
    queryFn: async () => {
      const { data, response } = await askAll(api.GET('/assets/{id}', { params: { path: { id } } }));
      return { asset: data, etag: response.headers.get('etag') ?? '*' };
    },
    staleTime: FRESH_MS,
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data.asset) ? LOOK_EVERY_MS : false),
  });

/** What follows a change that says what it has seen: others' changes are not lost, and what is shown is looked at again. */
export function useAfterEdit(id: string, onDone?: () => void) {
  const queryClient = useQueryClient();
  return {
    onSuccess: () => {
      refreshLists(queryClient, [id]);
      onDone?.();
    },
    onError: (error: Error) => {
      if (hasCode(error, 'PRECONDITION_FAILED')) say(words.asset.changedElsewhere);
      else sayFailed(error);
    },
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: ['audit', 'of', id] });
      return queryClient.invalidateQueries({ queryKey: ['assets', 'one', id] });
    },
  };
}

/** Changes what is said of an asset, unless somebody else has done so since. */
export const useEdit = (id: string, etag: string) =>
  useMutation({
    mutationFn: (body: Schemas['EditAsset']) =>
      ask(api.PATCH('/assets/{id}', { params: { path: { id }, header: { 'If-Match': etag } }, body })),
    ...useAfterEdit(id),
  });

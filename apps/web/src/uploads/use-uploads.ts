import { useSyncExternalStore } from 'react';
import { refreshLists } from '../library/lists';
import { queryClient } from '../query-client';
import { UploadQueue } from './queue';

export const uploads = new UploadQueue(() => {
  refreshLists(queryClient);
  void queryClient.invalidateQueries({ queryKey: ['tenant', 'usage'] });
});

export const useUploads = () => useSyncExternalStore(uploads.subscribe, uploads.current);

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { assetQuery } from '../asset/queries';
import { meQuery } from '../feed/queries';
import { Button } from '../ui/button';
import { ErrorNotice } from '../ui/state';
import { words } from '../words/words';

type Me = Schemas['Me'];

/** The picture of one's profile: chosen and taken away at once, whatever becomes of the rest of the form. */
export function AvatarField({ me }: { me: Me }) {
  const input = useRef<HTMLInputElement>(null);
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: async (file: File | null): Promise<Me> => {
      if (file) return send(file);
      await ask(api.DELETE('/users/me/avatar'));
      return ask(api.GET('/users/me'));
    },
    onSuccess: (changed) => queryClient.setQueryData(meQuery.queryKey, changed),
  });
  return (
    <div className="stack tight">
      <ErrorNotice error={change.error} />
      <div className="row wrap">
        <Picture key={me.avatarAssetId} me={me} />
        <input
          ref={input}
          type="file"
          accept="image/*"
          hidden
          aria-label={words.account.picture}
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) change.mutate(file);
            target.value = '';
          }}
        />
        <Button small icon="image" disabled={change.isPending} onClick={() => input.current?.click()}>
          {words.account.choosePicture}
        </Button>
        {me.avatarAssetId !== null && (
          <Button small disabled={change.isPending} onClick={() => change.mutate(null)}>
            {words.account.removePicture}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The route takes JSON or a form; its type knows the first. */
async function send(file: File): Promise<Me> {
  const form = new FormData();
  form.append('file', file);
  return ask(api.PUT('/users/me/avatar', { body: { assetId: '' }, bodySerializer: () => form }));
}

/** Addresses of profile pictures are kept for a minute: what was chosen just now is shown from the file itself. */
function Picture({ me: { avatarAssetId, avatarUrl } }: { me: Me }) {
  const { data } = useQuery({ ...assetQuery(avatarAssetId ?? ''), enabled: avatarAssetId !== null });
  const chosen = data?.asset;
  const isMaking = chosen?.status === 'PENDING' || chosen?.status === 'PROCESSING';
  return (
    <>
      <img className="avatar large" src={chosen?.thumbnailUrl ?? avatarUrl} alt="" width={84} height={84} />
      <span role="status" className="muted small">
        {isMaking && words.asset.processing.PROCESSING}
      </span>
    </>
  );
}

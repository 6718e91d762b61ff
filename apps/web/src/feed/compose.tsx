import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { Button, IconButton } from '../ui/button';
import { ErrorNotice } from '../ui/state';
import { words } from '../words/words';
import { AssetPicker } from './asset-picker';
import { refreshPosts } from './queries';

const LONGEST = 5_000;

/** Something to say, with media out of the library. */
export function Compose() {
  const [text, setText] = useState('');
  const [media, setMedia] = useState<readonly Schemas['AssetSummary'][]>([]);
  const [isPicking, setIsPicking] = useState(false);
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => {
      const body = { text: text.trim(), assetIds: media.map(({ id }) => id) };
      return ask(api.POST('/posts', { params: { header: {} }, body }));
    },
    onSuccess: () => {
      setText('');
      setMedia([]);
      return refreshPosts(queryClient);
    },
  });
  const isEmpty = text.trim() === '' && media.length === 0;
  return (
    <section className="card compose">
      <form
        className="body stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isEmpty) mutate();
        }}
      >
        <textarea
          className="input"
          aria-label={words.feed.compose}
          placeholder={words.feed.compose}
          value={text}
          maxLength={LONGEST}
          onChange={({ target }) => setText(target.value)}
        />
        {media.length > 0 && (
          <div className="row wrap">
            {media.map(({ id, filename, thumbnailUrl }) => (
              <span key={id} className="picked">
                {thumbnailUrl !== null && <img src={thumbnailUrl} alt={filename} />}
                <IconButton
                  small
                  icon="close"
                  kind="plain"
                  label={words.feed.leaveOut(filename)}
                  onClick={() => setMedia(media.filter((one) => one.id !== id))}
                />
              </span>
            ))}
          </div>
        )}
        <ErrorNotice error={error} />
        <div className="row between">
          <Button small icon="image" onClick={() => setIsPicking(true)}>
            {words.feed.addMedia}
          </Button>
          <Button kind="primary" type="submit" disabled={isEmpty || isPending}>
            {words.feed.post}
          </Button>
        </div>
      </form>
      {isPicking && (
        <AssetPicker
          chosen={media}
          onClose={() => setIsPicking(false)}
          onChoose={(chosen) => {
            setMedia(chosen);
            setIsPicking(false);
          }}
        />
      )}
    </section>
  );
}

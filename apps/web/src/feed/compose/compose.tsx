import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { Button, IconButton } from '../../ui/button';
import { ErrorNotice } from '../../ui/state';
import { words } from '../../words/words';
import { refreshPosts, TEXT_LONGEST } from '../queries';
import { AssetPicker } from './asset-picker';

/** Characters left from which on it is said how many. */
const NEARLY = 60;

/** Something to say, with media out of the library. */
export function Compose() {
  const [text, setText] = useState('');
  const [media, setMedia] = useState<readonly Schemas['AssetSummary'][]>([]);
  const [isPicking, setIsPicking] = useState(false);
  const leftId = useId();
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
  // As people count, and as the API does: an emoji is one.
  const left = TEXT_LONGEST - Array.from(text.trim().normalize('NFC')).length;
  const isReady = left >= 0 && (text.trim() !== '' || media.length > 0);
  return (
    <section className="card compose">
      <form
        className="body stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) mutate();
        }}
      >
        <textarea
          className="input"
          aria-label={words.feed.compose}
          aria-describedby={leftId}
          aria-invalid={left < 0}
          placeholder={words.feed.compose}
          value={text}
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
          <div className="row">
            <span id={leftId} className={`small number ${left < 0 ? 'field-error' : 'muted'}`}>
              {left <= NEARLY && words.feed.left(left)}
            </span>
            <Button kind="primary" type="submit" disabled={!isReady || isPending}>
              {words.feed.post}
            </Button>
          </div>
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

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { Button } from '../ui/button';
import { Section } from '../ui/section';
import { Failed, SkeletonLines } from '../ui/state';
import { useChange } from '../ui/use-change';
import { bytes } from '../words/format';
import { words } from '../words/words';
import { CaptionsDialog } from './captions-dialog';
import type { Asset } from './queries';

/** Captions of a film or a sound, one a language. */
export function Captions({ asset: { id }, mayChange }: { asset: Asset; mayChange: boolean }) {
  const [isAdding, setIsAdding] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['assets', 'one', id, 'captions'],
    queryFn: () => ask(api.GET('/assets/{id}/captions', { params: { path: { id } } })),
  });
  return (
    <Section
      id="captions"
      title={words.player.captions}
      action={
        mayChange && (
          <Button small onClick={() => setIsAdding(true)}>
            {words.captions.add}
          </Button>
        )
      }
    >
      {!data && (error ? <Failed error={error} retry={() => void refetch()} /> : <Loading />)}
      {data?.items.length === 0 && <p className="body muted">{words.captions.none}</p>}
      {data && data.items.length > 0 && (
        <ul className="lines">
          {data.items.map((track) => (
            <Track key={track.language} track={track} assetId={id} mayChange={mayChange} />
          ))}
        </ul>
      )}
      {isAdding && <CaptionsDialog assetId={id} onClose={() => setIsAdding(false)} />}
    </Section>
  );
}

const Loading = () => (
  <div className="body">
    <SkeletonLines lines={1} />
  </div>
);

interface TrackProps {
  track: Schemas['Captions'];
  assetId: string;
  mayChange: boolean;
}

function Track({ track: { language, label, size, url }, assetId: id, mayChange }: TrackProps) {
  const remove = useChange(
    () => ask(api.DELETE('/assets/{id}/captions/{language}', { params: { path: { id, language } } })),
    ['assets', 'one', id],
    words.captions.removed(label),
  );
  return (
    <li className="wrap">
      <div className="grow line-text">
        <strong>{label}</strong> <code className="muted">{language}</code>
        <div className="muted small">{bytes(size)}</div>
      </div>
      <a href={url} download aria-label={words.captions.download(label)}>
        {words.asset.download}
      </a>
      {mayChange && (
        <Button small disabled={remove.isPending} onClick={() => remove.mutate()}>
          {words.common.remove}
          <span className="hidden-text">{label}</span>
        </Button>
      )}
    </li>
  );
}

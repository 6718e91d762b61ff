import { useState } from 'react';
import { Button, IconButton } from '../ui/button';
import { sayWarning } from '../words/said';
import { words } from '../words/words';
import { EditDialog } from './edit-dialog';
import { useEdit, type Asset } from './queries';

interface DetailsProps {
  asset: Asset;
  etag: string;
  mayChange: boolean;
}

/** What people have said of an asset. */
export function Details({ asset, etag, mayChange }: DetailsProps) {
  const [isEditing, setIsEditing] = useState(false);
  const edit = useEdit(asset.id, etag);
  const labels = Object.entries(asset.labels);
  const drop = (name: string): void => {
    const { [name]: _, ...rest } = asset.labels;
    edit.mutate({ labels: rest });
  };
  return (
    <section className="card" aria-labelledby="details">
      <header>
        <h2 id="details">{words.asset.details}</h2>
        {mayChange && asset.deletedAt === null && (
          <Button small onClick={() => setIsEditing(true)}>
            {words.asset.edit}
          </Button>
        )}
      </header>
      <div className="body stack tight">
        <strong className="wrap-anywhere">{asset.title ?? asset.filename}</strong>
        {asset.title !== null && <span className="muted small wrap-anywhere">{asset.filename}</span>}
        <p className={asset.description === null ? 'muted' : 'pre'}>{asset.description ?? words.asset.noDescription}</p>
        {labels.length > 0 && (
          <div className="row wrap labels">
            {labels.map(([name, value]) => (
              <span key={name} className="badge">
                {name}: {Array.isArray(value) ? value.join(', ') : value}
                {mayChange && asset.deletedAt === null && (
                  <IconButton small icon="close" label={words.asset.removeLabel(name)} onClick={() => drop(name)} />
                )}
              </span>
            ))}
          </div>
        )}
        {asset.warnings.map((warning) => (
          <div key={warning.code} className="notice warn small">
            {sayWarning(warning)}
          </div>
        ))}
      </div>
      {isEditing && <EditDialog asset={asset} etag={etag} onClose={() => setIsEditing(false)} />}
    </section>
  );
}

import { CopyField } from '../ui/copy-field';
import { Segments } from '../ui/segments';
import { words } from '../words/words';
import { useEdit, type Asset } from './queries';

/** Who may see it, and the address that stays. */
export function Share({ asset, etag, mayChange }: { asset: Asset; etag: string; mayChange: boolean }) {
  const edit = useEdit(asset.id, etag);
  const shown = edit.isPending ? (edit.variables.visibility ?? asset.visibility) : asset.visibility;
  return (
    <section className="card" aria-labelledby="share">
      <header>
        <h2 id="share">{words.asset.share}</h2>
        {mayChange && (
          <Segments
            label={words.library.visibility}
            value={shown}
            onChange={(visibility) => visibility !== asset.visibility && edit.mutate({ visibility })}
            options={[
              ['private', words.asset.private],
              ['public', words.asset.public],
            ]}
          />
        )}
      </header>
      <div className="body stack tight">
        <p className="muted small">{shown === 'public' ? words.asset.publicHint : words.asset.privateHint}</p>
        {asset.publicUrl !== null && <CopyField label={words.asset.publicUrl} value={asset.publicUrl} />}
      </div>
    </section>
  );
}

import { count } from '../words/format';
import { words } from '../words/words';
import type { Asset } from './queries';

interface Row {
  name: string;
  facts: string;
  url: string | null;
}

/** What was made of the asset. */
export function Renditions({ asset }: { asset: Asset }) {
  const rows = rowsOf(asset);
  if (rows.length === 0) return null;
  return (
    <section className="card" aria-labelledby="renditions">
      <header>
        <h2 id="renditions">{words.asset.renditions}</h2>
      </header>
      <div className="table-wrap">
        <table className="table">
          <thead>
            <tr>
              <th>{words.asset.rendition}</th>
              <th>{words.asset.properties}</th>
              <th className="end">
                <span className="hidden-text">{words.asset.open}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, facts, url }) => (
              <tr key={name}>
                <td>{name}</td>
                <td className="muted number">{facts}</td>
                <td className="end">
                  {url !== null && (
                    <a href={url} target="_blank" rel="noreferrer" aria-label={words.asset.openOne(name)}>
                      {words.asset.open}
                    </a>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function rowsOf(asset: Asset): Row[] {
  const names: Record<string, string> = words.asset.renditionNames;
  const files: Row[] = [
    { name: names.thumbnail ?? '', facts: 'WebP', url: asset.thumbnailUrl },
    { name: names.preview ?? '', facts: 'WebP', url: asset.previewUrl },
    { name: names.animated ?? '', facts: 'WebP', url: asset.animatedPreviewUrl },
    { name: names.mp4 ?? '', facts: 'MP4', url: asset.mp4Url },
    { name: names.waveform ?? '', facts: 'JSON', url: asset.waveformUrl },
  ].filter(({ url }) => url !== null);
  const streams = (asset.streaming?.renditions ?? []).map(({ kind, width, height, bandwidth, frameRate, codecs }) => ({
    name: `HLS ${kind.replace('hls-', '')}`,
    facts: [
      width !== null && height !== null ? `${width} × ${height}` : null,
      bandwidth === null ? null : words.asset.bitsASecond(count(Math.round(bandwidth / 1000))),
      frameRate === null ? null : words.asset.framesASecond(count(frameRate)),
      codecs,
    ]
      .filter((part) => part !== null)
      .join(' · '),
    url: null,
  }));
  return [...files, ...streams];
}

import { bytes, count } from '../words/format';
import { Section } from '../ui/section';
import { words } from '../words/words';
import type { Asset } from './queries';

interface Row {
  name: string;
  facts: string;
  size: number;
  url: string | null;
}

/** What was made of the asset. */
export function Renditions({ asset }: { asset: Asset }) {
  const rows = rowsOf(asset);
  if (rows.length === 0) return null;
  return (
    <Section id="renditions" title={words.asset.renditions}>
      <div className="table-wrap">
        <table className="table">
          <thead>
            <tr>
              <th>{words.asset.rendition}</th>
              <th>{words.asset.properties}</th>
              <th className="end">{words.asset.fact.size}</th>
              <th className="end">
                <span className="hidden-text">{words.asset.open}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, facts, size, url }) => (
              <tr key={name}>
                <td>{name}</td>
                <td className="muted number">{facts}</td>
                <td className="end number nowrap">{bytes(size)}</td>
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
    </Section>
  );
}

const pixels = (width: number | null, height: number | null): string | null =>
  width === null || height === null ? null : `${width} × ${height}`;

function rowsOf({ renditions, streaming }: Asset): Row[] {
  const names: Record<string, string> = words.asset.renditionNames;
  const files = renditions.map(({ kind, mimeType, size, width, height, url }) => ({
    name: names[kind] ?? kind,
    facts: [pixels(width, height), mimeType],
    size,
    url,
  }));
  const streams = (streaming?.renditions ?? []).map(({ kind, size, width, height, bandwidth, frameRate, codecs }) => ({
    name: words.asset.stream(kind.replace('hls-', '')),
    facts: [
      pixels(width, height),
      bandwidth === null ? null : words.asset.bitsASecond(count(Math.round(bandwidth / 1000))),
      frameRate === null ? null : words.asset.framesASecond(count(frameRate)),
      codecs,
    ],
    size,
    url: null,
  }));
  return [...files, ...streams].map((row) => ({
    ...row,
    facts: row.facts.filter((fact) => fact !== null).join(' · '),
  }));
}

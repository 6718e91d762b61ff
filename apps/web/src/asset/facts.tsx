import { Fragment, type ReactNode } from 'react';
import { Section } from '../ui/section';
import { bytes, clock, count, when } from '../words/format';
import { words } from '../words/words';
import { readMetadata } from './metadata';
import type { Asset } from './queries';
import { RemoveLocation } from './remove-location';

/** What the file itself says. */
export function Facts({ asset, etag, mayChange }: { asset: Asset; etag: string; mayChange: boolean }) {
  const place = mayChange && asset.deletedAt === null ? <RemoveLocation id={asset.id} etag={etag} /> : null;
  const facts = factsOf(asset, place).filter((fact): fact is [string, ReactNode] => fact !== null);
  return (
    <Section id="facts" title={words.asset.facts}>
      <dl className="body facts">
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </Section>
  );
}

type Fact = [string, ReactNode] | null;

const fact = <Value,>(name: string, value: Value | null | undefined, show: (value: Value) => ReactNode): Fact =>
  value === null || value === undefined ? null : [name, show(value)];
const as_ = (text: string): string => text;

function factsOf(asset: Asset, removeLocation: ReactNode): Fact[] {
  const { width, height, sha256 } = asset;
  const known = readMetadata(asset.metadata);
  const { exposure } = known;
  const names = words.asset.fact;
  return [
    [names.type, `${words.asset.kind[asset.kind]} · ${asset.mimeType}`],
    [names.size, bytes(asset.size)],
    width !== null && height !== null ? [names.dimensions, `${width} × ${height}`] : null,
    fact(names.duration, known.durationMs, (value) => clock(value / 1000)),
    fact(names.pages, known.pages, count),
    fact(names.captured, known.capturedAt, when),
    fact(names.camera, known.camera, as_),
    fact(names.exposure, exposure, as_),
    fact(names.location, known.location, ({ latitude, longitude }) => (
      <span className="row wrap">
        <span className="number">
          {latitude.toFixed(5)}, {longitude.toFixed(5)}
        </span>
        {removeLocation}
      </span>
    )),
    fact(names.codecs, known.codecs, as_),
    fact(names.frameRate, known.frameRate, (value) => words.asset.framesASecond(count(value))),
    fact(names.bitrate, known.bitrate, (value) => words.asset.bitsASecond(count(Math.round(value / 1000)))),
    fact(names.sampleRate, known.sampleRate, (value) => words.asset.hertz(count(value))),
    fact(names.color, known.dominantColor, (value) => (
      <span className="row">
        <i className="swatch" style={{ background: value }} />
        <code>{value}</code>
      </span>
    )),
    [names.version, String(asset.version)],
    [names.id, <code className="wrap-anywhere">{asset.id}</code>],
    fact(names.sha256, sha256, (value) => <code className="wrap-anywhere">{value}</code>),
  ];
}

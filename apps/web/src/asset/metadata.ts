import { count } from '../words/format';
import { words } from '../words/words';

type Json = Record<string, unknown>;

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const joined = (parts: (string | null)[], by = ' '): string | null => {
  const there = parts.filter((part) => part !== null);
  return there.length === 0 ? null : there.join(by);
};

/** What is known of a file, out of metadata that differs by kind and may lack anything. */
export function readMetadata(metadata: Json | null) {
  const given = metadata ?? {};
  const exif = object(given.exif);
  const { make, model, lens } = object(exif.camera);
  // Of films their tags say it.
  const gps = object(exif.gps ?? object(given.xmp).gps ?? given.gps);
  const [latitude, longitude] = [number(gps.latitude), number(gps.longitude)];
  return {
    durationMs: number(given.durationMs),
    pages: given.mime === 'application/pdf' || Number(given.pages) > 1 ? number(given.pages) : null,
    capturedAt: text(exif.capturedAt) ?? text(given.capturedAt),
    camera: joined([text(make), text(model), text(lens)]),
    exposure: exposureOf(object(exif.exposure)),
    location: latitude !== null && longitude !== null ? { latitude, longitude } : null,
    codecs: joined([text(given.videoCodec), text(given.audioCodec)], ' · '),
    frameRate: number(given.frameRate),
    bitrate: number(given.bitrate),
    sampleRate: number(given.sampleRate),
    dominantColor: text(given.dominantColor),
  };
}

function exposureOf({ time, fNumber, iso, focalLength }: Json): string | null {
  const shown = <Value>(value: Value | null, show: (value: Value) => string): string | null =>
    value === null ? null : show(value);
  const { seconds, aperture, sensitivity, millimetres } = words.asset.exposures;
  return joined(
    [
      shown(text(time), seconds),
      shown(number(fNumber), (value) => aperture(count(value))),
      shown(number(iso), (value) => sensitivity(String(value))),
      shown(number(focalLength), (value) => millimetres(count(value))),
    ],
    ' · ',
  );
}

import { attributes } from './attributes.js';
import { demux, type Demuxed } from './packets.js';

/** A rendition that has been fetched and measured. */
interface Measured {
  /** Bits a second, of the segment that has most of them and of all. */
  peak: number;
  average: number;
  demuxed: Demuxed;
  frameSeconds: number;
}

const SEGMENT_SECONDS = 4;
const PROFILES: Readonly<Record<string, string>> = {
  Baseline: '42',
  'Constrained Baseline': '42',
  Main: '4d',
  High: '64',
};

/**
 * All that is wrong with a presentation: its playlists by RFC 8216bis, what they say by what is in the segments, and the
 * segments by each other (ISO/IEC 23000-19: all renditions switch at the same times). Written from those documents,
 * and shares nothing with what makes the streams.
 */
export async function hlsFaults(
  manifestUrl: string,
  alter: (master: string) => string = (text) => text,
): Promise<string[]> {
  const faults: string[] = [];
  const lines = alter(await textOf(manifestUrl))
    .trimEnd()
    .split('\n');
  check(faults, lines[0] === '#EXTM3U', 'the first line is not #EXTM3U');
  check(faults, count(lines, '#EXT-X-VERSION:') === 1, 'no version, or several');
  const groups = new Map<string, Measured[]>();
  const names = new Set<string>();
  for (const line of lines.filter((one) => one.startsWith('#EXT-X-MEDIA:'))) {
    const media = attributes(line.slice('#EXT-X-MEDIA:'.length));
    const [type, id, uri] = ['TYPE', 'GROUP-ID', 'URI'].map((name) => media?.get(name));
    const name = `${type} ${id} ${media?.get('NAME')}`;
    check(faults, !names.has(name), `a name twice in its group: ${line}`);
    names.add(name);
    check(faults, type && id && uri && media?.get('NAME'), `a media without type, group, name or URI: ${line}`);
    check(faults, media?.get('DEFAULT') !== 'YES' || media.get('AUTOSELECT') === 'YES', `DEFAULT alone: ${line}`);
    const own = groups.get(`${type}/${id}`) ?? [];
    groups.set(`${type}/${id}`, own);
    if (uri && type === 'AUDIO') own.push(await measure(new URL(uri, manifestUrl).href, faults));
    if (uri && type === 'SUBTITLES') await checkCaptions(new URL(uri, manifestUrl).href, faults);
  }
  const films: Measured[] = [];
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('#EXT-X-STREAM-INF:')) continue;
    const uri = lines[index + 1];
    if (!uri || uri.startsWith('#')) faults.push(`a variant without URI: ${line}`);
    else films.push(await checkVariant(line, await measure(new URL(uri, manifestUrl).href, faults), groups, faults));
  }
  check(faults, films.length > 0, 'there is nothing to play');
  const [first] = films;
  for (const film of films)
    film.demuxed.segments.forEach(({ start }, at) => {
      const same = first?.demuxed.segments[at];
      check(faults, same && Math.abs(same.start - start) < 0.001, `segment ${at} is not at the same time in all`);
    });
  return faults;
}

async function checkVariant(
  line: string,
  measured: Measured,
  groups: ReadonlyMap<string, Measured[]>,
  faults: string[],
): Promise<Measured> {
  const told = attributes(line.slice('#EXT-X-STREAM-INF:'.length));
  if (!told) faults.push(`not an attribute list: ${line}`);
  const { demuxed } = measured;
  const audio = told?.get('AUDIO');
  const sound = audio === undefined ? [] : groups.get(`AUDIO/${audio}`);
  check(faults, sound, `no group of sound named ${audio}`);
  const captions = told?.get('SUBTITLES');
  check(
    faults,
    captions === undefined || groups.has(`SUBTITLES/${captions}`),
    `no group of captions named ${captions}`,
  );
  const all = [measured, ...(sound?.slice(0, 1) ?? [])];
  const [peak, average] = [total(all, ({ peak }) => peak), total(all, ({ average }) => average)];
  check(faults, peak <= Number(told?.get('BANDWIDTH')), `${peak} bits a second are more than ${line}`);
  check(
    faults,
    average <= Number(told?.get('AVERAGE-BANDWIDTH')) * 1.01,
    `${average} on average are more than ${line}`,
  );
  check(faults, Number(told?.get('BANDWIDTH')) < peak * 1.2, `far from ${peak} bits a second: ${line}`);
  const expected = all.map(({ demuxed: one }) => codecPattern(one)).join(',');
  check(faults, new RegExp(`^${expected}$`).test(told?.get('CODECS') ?? ''), `not ${expected}: ${line}`);
  if (demuxed.width === undefined) return measured;
  check(faults, told?.get('RESOLUTION') === `${demuxed.width}x${demuxed.height}`, `not its size: ${line}`);
  const rate = Number(told?.get('FRAME-RATE'));
  check(faults, Math.abs(rate * measured.frameSeconds - 1) < 0.002, `not ${1 / measured.frameSeconds} frames: ${line}`);
  return measured;
}

/** RFC 6381, by what the decoder says of itself. */
const codecPattern = ({ codec, profile, level }: Demuxed): string =>
  codec === 'h264' ? `avc1\\.${PROFILES[profile]}[0-9a-f]{2}${level.toString(16).padStart(2, '0')}` : 'mp4a\\.40\\.2';

async function measure(url: string, faults: string[]): Promise<Measured> {
  const lines = (await textOf(url)).trimEnd().split('\n');
  const numberOf = (tag: string) => Number(lines.find((line) => line.startsWith(tag))?.slice(tag.length) ?? NaN);
  const target = numberOf('#EXT-X-TARGETDURATION:');
  check(faults, numberOf('#EXT-X-VERSION:') >= 6, `EXT-X-MAP wants version 6: ${url}`);
  check(faults, lines.at(-1) === '#EXT-X-ENDLIST', `no end: ${url}`);
  check(faults, count(lines, '#EXT-X-BYTERANGE') === 0, `ranges of files that nobody measured: ${url}`);
  const map = attributes(lines.find((line) => line.startsWith('#EXT-X-MAP:'))?.slice('#EXT-X-MAP:'.length) ?? '');
  const init = await bytesOf(new URL(map?.get('URI') ?? 'none', url).href);
  const lengths = lines.filter((line) => line.startsWith('#EXTINF:')).map((line) => parseFloat(line.slice(8)));
  const names = lines.filter((line) => !line.startsWith('#'));
  check(faults, names.length === lengths.length && names.length > 0, `segments without length: ${url}`);
  const segments = await Promise.all(names.map((name) => bytesOf(new URL(name, url).href)));
  const demuxed = await demux(init, segments);
  const frames = total(demuxed.segments, ({ frames }) => frames);
  const frameSeconds = frames > 1 ? (demuxed.end - demuxed.start) / (frames - 1) : SEGMENT_SECONDS;
  let expected = demuxed.start;
  for (const [index, length] of lengths.entries()) {
    const { start = NaN, isKey } = demuxed.segments[index] ?? {};
    check(faults, Math.round(length) <= target, `segment ${index} of ${length} s is longer than ${target}: ${url}`);
    check(faults, isKey, `nobody can begin with segment ${index}: ${url}`);
    check(faults, Math.abs(start - expected) < frameSeconds * 1.01, `segment ${index} begins at ${start}: ${url}`);
    if (index < lengths.length - 2) check(faults, Math.abs(length - SEGMENT_SECONDS) < 0.1, `${length} s: ${url}`);
    expected += length;
  }
  // A segment of less than half the target may have more bits a second (RFC 8216bis, peak segment bit rate).
  const rates = segments.flatMap(({ length: bytes }, at) => {
    const seconds = lengths[at] ?? 0;
    return seconds < target / 2 && segments.length > 1 ? [] : [(8 * bytes) / seconds];
  });
  const average = (8 * total(segments, ({ length }) => length)) / total(lengths, (seconds) => seconds);
  return { peak: Math.floor(Math.max(...rates)), average: Math.floor(average), demuxed, frameSeconds };
}

async function checkCaptions(url: string, faults: string[]): Promise<void> {
  const name = (await textOf(url)).split('\n').find((line) => line !== '' && !line.startsWith('#'));
  const text = await textOf(new URL(name ?? 'none', url).href);
  check(faults, text.startsWith('WEBVTT\n'), `no WebVTT: ${url}`);
}

function check(faults: string[], holds: unknown, fault: string): void {
  if (!holds) faults.push(fault);
}

const count = (lines: readonly string[], start: string): number =>
  lines.filter((line) => line.startsWith(start)).length;

const total = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);

async function bytesOf(url: string): Promise<Buffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  return Buffer.from(await response.arrayBuffer());
}

const textOf = async (url: string): Promise<string> => (await bytesOf(url)).toString('utf8');

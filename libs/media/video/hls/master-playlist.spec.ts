import { captionPlaylist, heightOfKind, masterPlaylist, type StreamRow } from './master-playlist.js';

const film = (height: number, bandwidth: number): StreamRow => ({
  kind: `hls-${height}p`,
  width: Math.round((height * 16) / 9),
  height,
  bandwidth,
  averageBandwidth: bandwidth - 100_000,
  codecs: 'avc1.64001f',
  frameRate: 24_000 / 1001,
});
const SOUND: StreamRow = {
  kind: 'hls-audio',
  width: null,
  height: null,
  bandwidth: 130_000,
  averageBandwidth: 128_000,
  codecs: 'mp4a.40.2',
  frameRate: null,
};
const at = { stream: (kind: string) => `${kind}.m3u8`, captions: (language: string) => `captions-${language}.m3u8` };

it('lists the lowest stream first, each with its sound', () => {
  const text = masterPlaylist([film(720, 2_000_000), SOUND, film(360, 700_000)], [], at);
  expect(text.split('\n')).toEqual([
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,URI="hls-audio.m3u8"',
    '#EXT-X-STREAM-INF:BANDWIDTH=830000,AVERAGE-BANDWIDTH=728000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=23.976,AUDIO="audio",CLOSED-CAPTIONS=NONE',
    'hls-360p.m3u8',
    '#EXT-X-STREAM-INF:BANDWIDTH=2130000,AVERAGE-BANDWIDTH=2028000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=23.976,AUDIO="audio",CLOSED-CAPTIONS=NONE',
    'hls-720p.m3u8',
    '',
  ]);
});

it('has the sound as its only variant where there are no pictures', () => {
  expect(masterPlaylist([SOUND], [], at)).toContain(
    '#EXT-X-STREAM-INF:BANDWIDTH=130000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2"\nhls-audio.m3u8\n',
  );
});

it('is silent where the film is, and leaves out what is no stream', () => {
  const text = masterPlaylist(
    [
      { ...film(360, 700_000), codecs: 'avc1.4d401e' },
      { ...SOUND, kind: 'mp4' },
    ],
    [],
    at,
  );
  expect(text).toContain('CODECS="avc1.4d401e"');
  expect(text).not.toMatch(/AUDIO|mp4a/);
});

it('gives captions that are called the same names of their own', () => {
  const called = (language: string, label: string) => ({ language, label });
  const text = masterPlaylist(
    [film(360, 700_000)],
    [called('en-US', 'English'), called('en-GB', 'English'), called('de', 'Deutsch')],
    at,
  );
  expect(text.match(/NAME="[^"]*"/g)).toEqual(['NAME="English (en-US)"', 'NAME="English (en-GB)"', 'NAME="Deutsch"']);
});

it('lists captions, whose names cannot end the line or the quotes', () => {
  const text = masterPlaylist([film(360, 700_000)], [{ language: 'de', label: 'Deutsch "laut"\n#EXT-X-KEY' }], at);
  expect(text).toContain(`NAME="Deutsch 'laut' #EXT-X-KEY",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO`);
  expect(text).toContain('SUBTITLES="captions"');
  expect(text).toContain('URI="captions-de.m3u8"');
});

it('knows streams of pictures by their kind', () => {
  expect(['hls-1080p', 'hls-audio', 'mp4', 'xhls-1p'].map(heightOfKind)).toEqual([1080, null, null, null]);
});

it('makes of one caption file a playlist as long as the film', () => {
  expect(captionPlaylist('de.vtt', 12.34)).toContain('#EXT-X-TARGETDURATION:13\n');
  expect(captionPlaylist('de.vtt', 12.34)).toContain('#EXTINF:12.340,\nde.vtt\n#EXT-X-ENDLIST\n');
});

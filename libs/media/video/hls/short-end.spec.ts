import { parseMediaPlaylist } from './media-playlist.js';
import { fragmentsOf, shortEnd } from './short-end.js';

const playlist = (...seconds: number[]): string =>
  [
    '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-MAP:URI="init.mp4"\n',
    ...seconds.map((length, index) => `#EXTINF:${length.toFixed(6)},\n0000${index}.m4s\n`),
    '#EXT-X-ENDLIST\n',
  ].join('');

it('joins a splinter with the segment before it', () => {
  const joined = shortEnd(playlist(4, 3.99, 0.023));
  expect(joined).toMatchObject({ before: '00001.m4s', last: '00002.m4s' });
  expect(parseMediaPlaylist(joined?.playlist ?? '')).toEqual({
    segments: [
      { uri: '00000.m4s', seconds: 4 },
      { uri: '00001.m4s', seconds: 4.013 },
    ],
    init: 'init.mp4',
    targetSeconds: 4,
    isComplete: true,
  });
});

it('says how long the longest segment is then', () => {
  expect(shortEnd(playlist(4.3, 0.3))?.playlist).toContain('#EXT-X-TARGETDURATION:5\n');
});

it.each([[[4, 4, 0.4]], [[0.1]], [[4]], [[]]])('leaves %j as they are', (seconds) => {
  expect(shortEnd(playlist(...seconds))).toBeNull();
});

const box = (type: string, bytes: number): Buffer => {
  const made = Buffer.alloc(8 + bytes);
  made.writeUInt32BE(made.length, 0);
  made.write(type, 4, 'latin1');
  return made;
};

it('takes the fragments of a segment without its head', () => {
  const fragments = Buffer.concat([box('moof', 9), box('mdat', 100)]);
  expect(fragmentsOf(Buffer.concat([box('styp', 16), box('sidx', 44), fragments]))).toEqual(fragments);
  for (const damaged of [Buffer.alloc(0), Buffer.alloc(40), box('styp', 16)])
    expect(() => fragmentsOf(damaged)).toThrow('no fragment');
});

import { streamFile, streamPath } from './stream-files.js';

describe('a file for players', () => {
  it.each([
    ['3/hls/720p/playlist.m3u8', 'application/vnd.apple.mpegurl', true],
    ['3/hls/720p/init.mp4', 'video/mp4', false],
    ['3/hls/720p/segment-00012.m4s', 'video/iso.segment', false],
    ['12/storyboard/storyboard.vtt', 'text/vtt; charset=utf-8', true],
    ['1/storyboard.webp', 'image/webp', false],
  ])('%s is %s', (path, contentType, isText) => {
    expect(streamFile(path)).toEqual({
      path,
      name: path.split('/').at(-1),
      contentType,
      isText,
      isSegment: path.includes('/hls/'),
    });
    expect(streamPath(`tenant/asset/${path}`)).toBe(path);
  });

  it.each([
    'original',
    'original.mp4',
    '../other/1/hls/a.m4s',
    '1/../../other/a.m4s',
    '1/./a.m4s',
    '1//a.m4s',
    '/1/a.m4s',
    '1/.hidden.m4s',
    '1/a/b/c/d/e.m4s',
    '1/a.exe',
    '1/a.m4s/',
    '1/a.m4s\n',
    '1/%2e%2e/a.m4s',
    '1/ü.m4s',
    '',
  ])('is not %j', (path) => {
    expect(streamFile(path)).toBeNull();
  });
});

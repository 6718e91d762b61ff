import { parseCaptions } from './parse-captions.js';
import { writeWebVtt } from './write-webvtt.js';

const normalised = (file: string): string => writeWebVtt(parseCaptions(file).cues ?? []);
const faults = (file: string) => parseCaptions(file).faults;

it('reads SubRip, as Windows writes it', () => {
  const file =
    '\uFEFF1\r\n00:00:01,5 --> 00:00:02,000\r\n{\\an8}<font color="red">Tom & <i>Jerry</i></font>\r\n\r\n2\r\n1:00:00,000 --> 1:00:01,000\r\nx < y\r\nsecond line\r\n';
  expect(normalised(file)).toBe(
    'WEBVTT\n\n00:00:01.500 --> 00:00:02.000\nTom &amp; <i>Jerry</i>\n\n01:00:00.000 --> 01:00:01.000\nx &lt; y\nsecond line\n',
  );
});

it('reads WebVTT and leaves out what shows nothing, or could show something else', () => {
  const file = `WEBVTT - a title
X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000

STYLE
::cue { background: url(https://tracker.example) }

NOTE a remark --> with an arrow

intro
00:02.000 --> 00:03.000 line:80% align:start onclick:evil region:one
<v Anna>Hello</v> <script>alert(1)</script> &nbsp;&eacute; a --> b

00:01.000 --> 00:01.500
first

00:05.000 --> 00:06.000

`;
  expect(normalised(file)).toBe(
    'WEBVTT\n\n00:00:01.000 --> 00:00:01.500\nfirst\n\n00:00:02.000 --> 00:00:03.000 line:80% align:start\n<v Anna>Hello</v> alert(1) &nbsp;&amp;eacute; a --&gt; b\n',
  );
});

it('gives the same again for what it has written', () => {
  const once = normalised('1\n00:00:01,000 --> 00:00:02,000\n<b>a</b> & <00:00:01.500>b > c\n');
  expect(normalised(once)).toBe(once);
});

it.each([
  ['nothing', '', 1, /no caption/],
  ['a head alone', 'WEBVTT\n\n', 1, /no caption/],
  ['a page', '<!doctype html>\n<p>\n', 1, /no line with its times/],
  ['times in words', 'WEBVTT\n\n00:01 --> soon\nx', 3, /times are written as/],
  ['an hour of 70 minutes', 'WEBVTT\n\n00:70:00.000 --> 00:71:00.000\nx', 3, /times are written as/],
  ['an end before its beginning', '1\n00:00:02,000 --> 00:00:01,000\nx', 2, /ends before/],
  ['a moment', 'WEBVTT\n\n00:01.000 --> 00:01.000\nx', 3, /ends before/],
])('refuses %s, and says where', (_, file, line, detail) => {
  expect(faults(file)).toEqual([{ line, detail: expect.stringMatching(detail) as string }]);
});

it('tells of ten faults and no more, and of too many captions', () => {
  expect(faults('WEBVTT\n\n' + 'nonsense\n\n'.repeat(1000))).toHaveLength(10);
  expect(faults('WEBVTT\n\n' + '00:01.000 --> 00:02.000\nx\n\n'.repeat(20_001))[0]?.detail).toMatch(/more than 20000/);
});

it('takes no longer for what was made to take long', () => {
  const began = process.cpuUsage();
  for (const evil of [
    '<'.repeat(400_000),
    '&'.repeat(400_000),
    '{\\'.repeat(200_000),
    `00:01.000 --> ${' '.repeat(400_000)}`,
  ])
    parseCaptions(`WEBVTT\n\n00:01.000 --> 00:02.000\n${evil}`);
  expect(process.cpuUsage(began).user / 1000).toBeLessThan(5_000);
});

import { deviceOf } from './device.js';

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on iOS',
  ],
  ['MediaApp/3.1 (Android 14)', 'Android Browser on Android'],
  ['Invented Name/1.0 (Linux)', 'Linux'],
  ['Invented Name/1.0 yes', 'other'],
  ['curl/8.5.0', 'other'],
  ['<script>alert(1)</script>', 'other'],
  ['x'.repeat(512), 'other'],
  ['', 'other'],
  [null, 'other'],
])('%s is %s', (userAgent, device) => {
  expect(deviceOf(userAgent)).toBe(device);
});

import { readOptions } from './options.js';
import { variantSource } from './source.js';

const PREVIEW = { width: 1440, height: 1080 };
const sourceOf = (mime: string, options: string, preview: typeof PREVIEW | null = PREVIEW) =>
  variantSource(mime, readOptions(options).variant, preview);

it.each(['image/heic', 'image/jxl', 'image/jp2', 'image/x-adobe-dng', 'image/bmp'])(
  '%s is decoded again only for what its preview is too small for',
  (mime) => {
    expect(sourceOf(mime, 'rs:fit:640:640')).toBe('preview');
    expect(sourceOf(mime, 'rs:fill:1440:1080')).toBe('preview');
    expect(sourceOf(mime, 'rs:fit:1441:0')).toBe('original');
    expect(sourceOf(mime, 'rs:fit:800:0,dpr:2')).toBe('original');
    expect(sourceOf(mime, 'c:100:100,rs:fit:50:50')).toBe('original');
    expect(sourceOf(mime, 'q:80')).toBe('original');
    expect(sourceOf(mime, 'rs:fit:640:640', null)).toBe('original');
  },
);

it('pictures that are decoded fast are, always; films and documents have nothing but their preview', () => {
  expect(sourceOf('image/jpg', 'rs:fit:10:10')).toBe('original');
  expect(sourceOf('video/mp4', 'rs:fit:4000:0')).toBe('preview');
  expect(sourceOf('application/pdf', 'q:80')).toBe('preview');
});

import { contentDisposition } from './content-disposition.js';

describe('contentDisposition', () => {
  it.each([
    ['photo.png', 'filename="photo.png"'],
    ['my photo (1).png', 'filename="my photo (1).png"'],
    ['€ rates.txt', `filename="_ rates.txt"; filename*=UTF-8''%E2%82%AC%20rates.txt`],
    [`it's *all* (here).txt`, `filename="it's *all* (here).txt"`],
    [`ü'*().txt`, `filename="_'*().txt"; filename*=UTF-8''%C3%BC%27%2A%28%29.txt`],
    ['say "hi".txt', `filename="say _hi_.txt"; filename*=UTF-8''say%20%22hi%22.txt`],
    ['50%20.txt', `filename="50_20.txt"; filename*=UTF-8''50%2520.txt`],
    ['😀.png', `filename="_.png"; filename*=UTF-8''%F0%9F%98%80.png`],
  ])('names %s', (filename, expected) => {
    expect(contentDisposition('attachment', filename)).toBe(`attachment; ${expected}`);
  });

  it('is a header whatever the name is', () => {
    const name = 'a\r\nSet-Cookie: x\0/../\\\u202egnp.exe\ud800';
    const header = contentDisposition('inline', name);
    expect(header).toMatch(/^[\x20-\x7e]+$/);
    expect(decodeURIComponent(header.split("UTF-8''")[1] ?? '')).toBe('a__Set-Cookie: x__..___gnp.exe\ufffd');
  });
});

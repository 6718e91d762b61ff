import { mintApiKey, parseApiKey } from './api-key-text.js';

describe('an API key', () => {
  it('is mik_, 40 random characters and a checksum, and is found by its hash', () => {
    const { text, prefix, hash } = mintApiKey();
    expect(text).toMatch(/^mik_[0-9A-Za-z]{46}$/);
    expect(text.startsWith(prefix)).toBe(true);
    expect(prefix).toHaveLength(9);
    expect(parseApiKey(text)).toEqual(hash);
    expect(hash).toHaveLength(32);
  });

  it('is never made twice', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => mintApiKey().text)).size).toBe(1_000);
  });

  it('with any one character changed is none', () => {
    const { text } = mintApiKey();
    for (let place = 0; place < text.length; place++) {
      const changed = `${text.slice(0, place)}${text[place] === 'x' ? 'y' : 'x'}${text.slice(place + 1)}`;
      expect(parseApiKey(changed)).toBeNull();
    }
  });

  it.each(['', 'mik_', 'mik_short', `mik_${'a'.repeat(47)}`, `mik_${'é'.repeat(46)}`, `x${mintApiKey().text}`])(
    'is not %p',
    (text) => {
      expect(parseApiKey(text)).toBeNull();
    },
  );
});

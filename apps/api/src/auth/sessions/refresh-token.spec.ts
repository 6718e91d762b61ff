import { mintRefreshToken, parseRefreshToken, sameHash } from './refresh-token.js';

describe('a refresh token', () => {
  it('carries 256 random bits, and its hash is found again', () => {
    const minted = mintRefreshToken();
    const [id, secret = ''] = minted.text.split('.');
    expect(id).toBe(minted.id);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(minted.hash).toHaveLength(32);
    const shown = parseRefreshToken(minted.text);
    expect(shown?.id).toBe(minted.id);
    expect(shown && sameHash(shown.hash, minted.hash)).toBe(true);
  });

  it('is another one each time', () => {
    const [one, other] = [mintRefreshToken(), mintRefreshToken()];
    expect(one.id).not.toBe(other.id);
    expect(sameHash(one.hash, other.hash)).toBe(false);
  });

  it.each([
    '',
    '.',
    'a.b',
    mintRefreshToken().id,
    `${mintRefreshToken().text}.x`,
    `${mintRefreshToken().text}x`,
    mintRefreshToken().text.slice(0, -1),
    mintRefreshToken().text.replace('.', ' '),
    `${"' OR 1=1 --".padEnd(36)}.${'x'.repeat(43)}`,
  ])('%j is none', (text) => {
    expect(parseRefreshToken(text)).toBeNull();
  });
});

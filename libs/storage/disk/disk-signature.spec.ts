import { signDiskGrant, verifyDiskGrant, type DiskGrant } from './disk-signature.js';

const SECRET = 'a secret of more than thirty-two characters';
const expiresAt = new Date(Math.ceil(Date.now() / 1000 + 60) * 1000);
const put: DiskGrant = {
  method: 'PUT',
  key: 'a/b',
  expiresAt,
  contentType: 'image/png',
  size: 5,
  sha256: 'ab'.repeat(32),
};
const get: DiskGrant = {
  method: 'GET',
  key: 'a/b',
  expiresAt,
  contentType: 'text/plain; charset=utf-8',
  filename: 'a+b & ü=%.txt',
  disposition: 'inline',
};
const verify = (method: 'GET' | 'HEAD' | 'PUT', key: string, query: string, secret = SECRET, now?: Date) =>
  verifyDiskGrant(secret, { method, key, parameters: new URLSearchParams(query) }, now);

describe('signatures of the disk store', () => {
  it('give back what was signed', () => {
    expect(verify('PUT', 'a/b', signDiskGrant(SECRET, put).toString())).toEqual(put);
    expect(verify('GET', 'a/b', signDiskGrant(SECRET, get).toString())).toEqual(get);
    const unhashed = { ...put, sha256: undefined };
    expect(verify('PUT', 'a/b', signDiskGrant(SECRET, unhashed).toString())).toEqual(unhashed);
  });

  it('do not mind the order of the parameters', () => {
    const reversed = new URLSearchParams([...signDiskGrant(SECRET, get)].reverse());
    expect(verify('GET', 'a/b', reversed.toString())).toEqual(get);
  });

  it('let a URL to GET be used for HEAD, and for nothing else', () => {
    const query = signDiskGrant(SECRET, get).toString();
    expect(verify('HEAD', 'a/b', query)).toEqual(get);
    expect(() => verify('PUT', 'a/b', query)).toThrow('was changed');
    expect(() => verify('HEAD', 'a/b', signDiskGrant(SECRET, put).toString())).toThrow('was changed');
  });

  it.each([
    ['another key', () => verify('PUT', 'a/c', signDiskGrant(SECRET, put).toString())],
    ['another secret', () => verify('PUT', 'a/b', signDiskGrant(SECRET, put).toString(), `${SECRET}!`)],
    ['no signature', () => verify('PUT', 'a/b', '')],
    [
      'a longer life',
      () => verify('PUT', 'a/b', signDiskGrant(SECRET, put).toString().replace('expires=', 'expires=1')),
    ],
    ['one more parameter', () => verify('PUT', 'a/b', `${signDiskGrant(SECRET, put)}&filename=x`)],
    ['a parameter twice', () => verify('PUT', 'a/b', `${signDiskGrant(SECRET, put)}&size=6`)],
    ['a signature spelt otherwise', () => verify('PUT', 'a/b', `${signDiskGrant(SECRET, put).toString()}=`)],
    [
      'a dropped hash',
      () =>
        verify(
          'PUT',
          'a/b',
          signDiskGrant(SECRET, put)
            .toString()
            .replace(/&sha256=\w+/, ''),
        ),
    ],
  ])('refuse %s', (_, attempt) => {
    expect(attempt).toThrow(expect.objectContaining({ name: 'DiskUrlError', reason: 'invalid' }));
  });

  it('are good until their second is over, and not a moment longer', () => {
    const query = signDiskGrant(SECRET, put).toString();
    expect(verify('PUT', 'a/b', query, SECRET, new Date(expiresAt.getTime() - 1))).toEqual(put);
    expect(() => verify('PUT', 'a/b', query, SECRET, expiresAt)).toThrow(
      expect.objectContaining({ reason: 'expired' }),
    );
  });
});

import { v7 as uuidv7 } from 'uuid';
import { mintGateToken, readGateToken, type GateGrant } from './gate-token.js';

const SECRET = 's'.repeat(32);

describe('a gate token', () => {
  const playbackId = uuidv7();
  const grant: GateGrant = { userId: uuidv7(), assetId: uuidv7(), sessionId: uuidv7() };
  const token = mintGateToken(SECRET, playbackId, grant);

  it('says what it is bound to', () => {
    expect(readGateToken(SECRET, playbackId, token)).toEqual(grant);
  });

  it('is no good for another playback, or under another secret', () => {
    expect(readGateToken(SECRET, uuidv7(), token)).toBeNull();
    expect(readGateToken('t'.repeat(32), playbackId, token)).toBeNull();
  });

  it('is no good with any byte changed', () => {
    const bytes = Buffer.from(token, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(readGateToken(SECRET, playbackId, changed.toString('base64url'))).toBeNull();
    }
  });

  it('has one spelling', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const good = alphabet.split('').filter((last) => readGateToken(SECRET, playbackId, token.slice(0, -1) + last));
    expect(good).toEqual([token.at(-1)]);
  });

  it.each(['', 'x', token.slice(1), `${token}A`, token.replace(/./, '.'), '%00', 'A'.repeat(107), 'A'.repeat(10_000)])(
    'is not %.20s',
    (text) => {
      expect(readGateToken(SECRET, playbackId, text)).toBeNull();
    },
  );

  it('is for ids that are some', () => {
    expect(readGateToken(SECRET, 'nonsense', token)).toBeNull();
  });
});

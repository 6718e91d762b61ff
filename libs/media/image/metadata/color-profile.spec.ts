import sharp from 'sharp';
import { profileName } from './color-profile.js';

/** A profile of one tag. */
function profileWith(tag: Buffer, signature = 'desc', offset = 144): Buffer {
  const head = Buffer.alloc(144);
  head.writeUInt32BE(1, 128);
  head.write(signature, 132, 'latin1');
  head.writeUInt32BE(offset, 136);
  head.writeUInt32BE(tag.length, 140);
  return Buffer.concat([head, tag]);
}

function localized(name: string): Buffer {
  const text = Buffer.from(name, 'utf16le').swap16();
  const head = Buffer.alloc(28);
  head.write('mluc', 'latin1');
  head.writeUInt32BE(1, 8);
  head.writeUInt32BE(12, 12);
  head.write('enUS', 16, 'latin1');
  head.writeUInt32BE(text.length, 20);
  head.writeUInt32BE(28, 24);
  return Buffer.concat([head, text]);
}

function described(name: string): Buffer {
  const tag = Buffer.alloc(90);
  tag.write('desc', 'latin1');
  tag.writeUInt32BE(name.length + 1, 8);
  tag.write(name, 12, 'latin1');
  return tag;
}

describe('profileName', () => {
  it.each([
    ['Display P3', profileWith(localized('Display P3'))],
    ['Größe', profileWith(localized(' Größe\0'))],
    ['Adobe RGB (1998)', profileWith(described('Adobe RGB (1998)'))],
    ['x'.repeat(100), profileWith(localized('x'.repeat(5000)))],
  ])('reads %s', (name, profile) => expect(profileName(profile)).toBe(name));

  it('reads the profiles that sharp embeds', async () => {
    const picture = sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } });
    const { icc } = await sharp(await picture.withIccProfile('p3').png().toBuffer()).metadata();
    expect(profileName(icc ?? Buffer.alloc(0))).toMatch(/P3/);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no tags', Buffer.alloc(200)],
    ['other tags', profileWith(described('x'), 'cprt')],
    ['a tag beyond the end', profileWith(described('x'), 'desc', 0xffff_0000)],
    ['a tag of another type', profileWith(Buffer.alloc(40))],
    ['an empty name', profileWith(localized('\0'))],
    ['a length that lies', profileWith(Buffer.concat([localized(''), Buffer.alloc(2)]).fill(0xff, 20, 28))],
  ])('has no name for %s', (_what, profile) => expect(profileName(profile)).toBeUndefined());
});

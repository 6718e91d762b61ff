import { sharp } from '../sharp.js';

let profile: Promise<Buffer | undefined> | undefined;

/** The ICC profile of Display P3 that libvips brings along. */
export function displayP3(): Promise<Buffer | undefined> {
  profile ??= makeProfile();
  return profile;
}

async function makeProfile(): Promise<Buffer | undefined> {
  const pixel = { create: { width: 1, height: 1, channels: 3 as const, background: '#000' } };
  const png = await sharp(pixel).withIccProfile('p3').png().toBuffer();
  const { icc } = await sharp(png).metadata();
  return icc;
}

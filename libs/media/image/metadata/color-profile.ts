/**
 * The name that an ICC profile gives itself, such as `Display P3`; undefined when it has none that can be read.
 * ICC.1:2022: the tag table at 128 (7.3), multiLocalizedUnicodeType (10.15); version 2's textDescriptionType.
 */
export function profileName(profile: Buffer): string | undefined {
  const tag = findTag(profile, 'desc');
  if (!tag) return undefined;
  const type = tag.toString('latin1', 0, 4);
  const name = type === 'mluc' ? firstLocalized(tag) : type === 'desc' ? ascii(tag) : '';
  return (
    (name.split('\0', 1)[0] ?? '')
      .replaceAll(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 100)
      .toWellFormed() || undefined
  );
}

function findTag(profile: Buffer, signature: string, shortest = 28): Buffer | undefined {
  const count = profile.length < 132 ? 0 : Math.min(profile.readUInt32BE(128), 100);
  for (let at = 132; at < 132 + count * 12 && at + 12 <= profile.length; at += 12) {
    if (profile.toString('latin1', at, at + 4) !== signature) continue;
    const offset = profile.readUInt32BE(at + 4);
    const tag = profile.subarray(offset, offset + profile.readUInt32BE(at + 8));
    return tag.length >= shortest ? tag : undefined;
  }
  return undefined;
}

/** From XYZ under D50, as profiles have it, to linear sRGB (IEC 61966-2-1, adapted by Bradford's method). */
const TO_SRGB = [
  [3.1339, -1.6169, -0.4906],
  [-0.9788, 1.9161, 0.0335],
  [0.0719, -0.229, 1.4052],
];
/** As far below zero a primary is in sRGB's own terms when it is no mere rounding: Display P3's green has -0.22. */
const OUTSIDE = -0.05;

/** Whether screens that show more than sRGB have something of it: one of its primaries is outside (ICC.1:2022, 9.2.36). */
export function isWide(profile: Buffer): boolean {
  if (profile.toString('latin1', 16, 20) !== 'RGB ') return false;
  return ['rXYZ', 'gXYZ', 'bXYZ'].some((signature) => {
    const tag = findTag(profile, signature, 20);
    if (!tag) return false;
    const xyz = [8, 12, 16].map((at) => tag.readInt32BE(at) / 65_536);
    return TO_SRGB.some((row) => row.reduce((sum, factor, index) => sum + factor * (xyz[index] ?? 0), 0) < OUTSIDE);
  });
}

const ascii = (tag: Buffer): string => tag.toString('latin1', 12, 12 + tag.readUInt32BE(8));

function firstLocalized(tag: Buffer): string {
  const [length, offset] = [tag.readUInt32BE(20), tag.readUInt32BE(24)];
  return new TextDecoder('utf-16be').decode(tag.subarray(offset, offset + length));
}

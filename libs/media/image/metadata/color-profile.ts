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

function findTag(profile: Buffer, signature: string): Buffer | undefined {
  const count = profile.length < 132 ? 0 : Math.min(profile.readUInt32BE(128), 100);
  for (let at = 132; at < 132 + count * 12 && at + 12 <= profile.length; at += 12) {
    if (profile.toString('latin1', at, at + 4) !== signature) continue;
    const offset = profile.readUInt32BE(at + 4);
    const tag = profile.subarray(offset, offset + profile.readUInt32BE(at + 8));
    return tag.length >= 28 ? tag : undefined;
  }
  return undefined;
}

const ascii = (tag: Buffer): string => tag.toString('latin1', 12, 12 + tag.readUInt32BE(8));

function firstLocalized(tag: Buffer): string {
  const [length, offset] = [tag.readUInt32BE(20), tag.readUInt32BE(24)];
  return new TextDecoder('utf-16be').decode(tag.subarray(offset, offset + length));
}

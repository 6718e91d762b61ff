const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/**
 * The CODECS (RFC 6381) of an initialisation section: H.264 by its avcC box (ISO/IEC 14496-15), sound as AAC LC. Read
 * from what the encoder wrote, since it chooses the level itself; null when there is neither.
 */
export function codecsOf(init: Buffer): string | null {
  const avcC = init.indexOf('avcC', 0, 'latin1');
  if (avcC >= 0 && init.length >= avcC + 8) return `avc1.${[...init.subarray(avcC + 5, avcC + 8)].map(hex).join('')}`;
  return init.includes('mp4a', 0, 'latin1') ? 'mp4a.40.2' : null;
}

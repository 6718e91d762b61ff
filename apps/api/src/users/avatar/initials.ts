/** Sizes in pixels that a profile's picture is served in. */
export const AVATAR_SIZES = [64, 128, 256] as const;

const HUES = 12;

/** The first letters of the first and the last word of a name; people read names in any script. */
export function initialsOf(name: string): string {
  const words = name
    .normalize('NFC')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words.slice(0, 1);
  return chosen.map((word) => (/^.\p{M}*/u.exec(word ?? '')?.[0] ?? '').toUpperCase()).join('') || '?';
}

/** A picture made of a name, the same at each call; its colour follows from the id. Letters and digits need no escape. */
export function drawInitials(name: string, id: string, size: number): string {
  const hue = (Number.parseInt(id.slice(-6), 16) % HUES) * (360 / HUES);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 64 64">` +
    `<rect width="64" height="64" fill="hsl(${hue} 45% 42%)"/>` +
    `<text x="32" y="33" fill="#fff" font-family="system-ui,sans-serif" font-size="26" text-anchor="middle" ` +
    `dominant-baseline="central">${initialsOf(name)}</text></svg>`
  );
}

/** What encodeURIComponent leaves alone and RFC 8187 does not count among attr-char. */
const NOT_ATTR_CHAR = /['()*]/g;
/** C0, C1, and the marks that reverse what a reader sees of a name. */
const INVISIBLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;

const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/**
 * The value of a Content-Disposition header, always ASCII (RFC 6266): a plain `filename` for old clients, and
 * `filename*` (RFC 8187) where that had to lose characters. Path separators and control characters become `_`.
 */
export function contentDisposition(disposition: 'inline' | 'attachment', filename: string): string {
  const name = filename.replace(LONE_SURROGATE, '\ufffd').replace(INVISIBLE, '_').replace(/[/\\]/g, '_');
  const plain = name.replace(/[^\x20-\x7e]/gu, '_').replace(/["%]/g, '_');
  const header = `${disposition}; filename="${plain}"`;
  if (plain === name) return header;
  return `${header}; filename*=UTF-8''${encodeURIComponent(name).replace(NOT_ATTR_CHAR, percent)}`;
}

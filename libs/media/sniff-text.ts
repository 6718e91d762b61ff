import { formatOfMarkup } from './sniff-markup.js';

/** What a text begins with, and what that makes it; white space before it does not matter. */
const OPENINGS: ReadonlyArray<[RegExp, string]> = [
  // Playlists make a player open other files and addresses: they must never pass for text or film.
  [/^#EXTM3U/, 'application/vnd.apple.mpegurl'],
  [/^ffconcat version/, 'text/x-ffconcat'],
  [/^%PDF-/, 'application/pdf'],
  [/^%!PS/, 'application/postscript'],
  [/^\{\\rtf/, 'application/rtf'],
  [/^WEBVTT(?:\s|$)/, 'text/vtt'],
  [/^BEGIN:VCALENDAR/i, 'text/calendar'],
  [/^BEGIN:VCARD/i, 'text/vcard'],
];

/**
 * The type of bytes that are text: UTF-8, UTF-16 with a byte order mark, or an older 8-bit encoding.
 * CSV, JSON and Markdown are text/plain: no few bytes tell them apart. null when the bytes are no text.
 */
export function formatOfText(head: Uint8Array): string | null {
  const text = head.length > 0 ? decode(head) : null;
  if (text === null) return null;
  const start = text.trimStart();
  return OPENINGS.find(([opening]) => opening.test(start))?.[1] ?? formatOfMarkup(start) ?? 'text/plain';
}

/** null when there is a control character in it that no text has. */
function decode(head: Uint8Array): string | null {
  const text = new TextDecoder(encodingOf(head)).decode(head);
  for (let i = 0; i < text.length; i++) if (isBinary(text.charCodeAt(i))) return null;
  return text;
}

/** In 8-bit encodings other than UTF-8 the letters come out wrong, but everything that is looked for is ASCII. */
function encodingOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** "Binary data byte" of WHATWG MIME Sniffing, section 3: control characters but tab, line ends, form feed, escape. */
const isBinary = (code: number): boolean =>
  code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0c && code !== 0x0d && code !== 0x1b;

/** What a cue's text may be marked up with (WebVTT, section 3.3 and 6.3): everything else that looks like a tag goes. */
const TAG = /^<\/?(?:b|i|u|c|v|lang|ruby|rt)(?:[.\s][^<>&\n]*)?>$/;
/** `<00:01.500>`: when karaoke goes on. */
const TIME_TAG = /^<(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}>$/;
const PIECES = /<[^<>]*>|&(?:amp|lt|gt|nbsp|lrm|rlm|quot|#\d{1,7}|#x[0-9a-f]{1,6});|[<>&]|[^<>&]+/gi;
/** Where on the screen, as SubRip's players write it: `{\an8}`. */
const SUBRIP_POSITION = /\{\\[^{}]*\}/g;
const ESCAPED: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

/** The text of a cue as WebVTT may have it: known tags stay, others go, and what is meant as a letter is one. */
export function cueText(text: string): string {
  const pieces = text.replace(SUBRIP_POSITION, '').match(PIECES) ?? [];
  return pieces
    .map((piece) => {
      if (piece.length > 1 && piece.startsWith('<')) return TAG.test(piece) || TIME_TAG.test(piece) ? piece : '';
      return ESCAPED[piece] ?? piece;
    })
    .join('')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

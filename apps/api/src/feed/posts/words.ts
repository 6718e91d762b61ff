/** More of each say nothing, and each is looked up. */
const MOST = 30;
const LONGEST_HASHTAG = 100;

// Letters with their marks, digits and underscores of any script (UAX #31 calls for no more), and at least one letter.
const HASHTAG = /(?<![\p{L}\p{M}\p{N}_&#/])[#＃]([\p{L}\p{M}\p{N}\p{Pc}]+)/gu;
// Not in an e-mail address. A full stop or dash at the end belongs to the sentence, unless somebody is called so.
const MENTION = /(?<![\p{L}\p{M}\p{N}_.@-])@([A-Za-z0-9_.-]{3,32})(?![A-Za-z0-9_])/gu;

/** What a text is filed under: lower case, compatibility forms folded, each once, in their order. */
export function hashtagsOf(text: string): string[] {
  const found = [...text.matchAll(HASHTAG)].map(([, tag = '']) => fold(tag)).filter(isHashtag);
  return [...new Set(found)].slice(0, MOST);
}

/** Usernames that a text may mention: for `@ada.` both `ada.` and `ada`. */
export function mentionsOf(text: string): string[] {
  const found = [...text.matchAll(MENTION)].slice(0, MOST).flatMap(([, given = '']) => {
    const name = given.toLowerCase();
    const trimmed = name.replace(/[.-]+$/, '');
    return trimmed.length >= 3 && trimmed !== name ? [name, trimmed] : [name];
  });
  return [...new Set(found)];
}

/** A search: its hashtags, and the words that are left; one of a number, which is no hashtag, is a word. */
export function readSearch(query: string): { hashtags: string[]; words: string } {
  const words = query.replace(HASHTAG, (whole, tag: string) => (isHashtag(fold(tag)) ? ' ' : whole));
  return { hashtags: hashtagsOf(query), words: words.trim() };
}

const isHashtag = (folded: string): boolean => /\p{L}/u.test(folded) && Array.from(folded).length <= LONGEST_HASHTAG;

const fold = (tag: string): string => tag.normalize('NFKC').toLowerCase();

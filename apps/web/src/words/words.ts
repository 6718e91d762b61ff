import { en } from './en';

/** A language has every word of this one. */
export type Words = typeof en;

const LANGUAGES: Record<string, Words> = { en };

const pick = (): [string, Words] => {
  for (const wanted of navigator.languages) {
    const name = wanted.split('-', 1)[0] ?? '';
    const words = LANGUAGES[name];
    if (words) return [name, words];
  }
  return ['en', en];
};

export const [language, words] = pick();

// For those who listen, and for the browser's own translation.
document.documentElement.lang = language;

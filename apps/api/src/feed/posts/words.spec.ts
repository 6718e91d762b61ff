import { hashtagsOf, mentionsOf, readSearch } from './words.js';

it.each([
  ['a #Sea and #sea, and #SEA', ['sea']],
  ['#été #ÉTÉ #e\u0301te\u0301', ['été']],
  ['#海 #日本語タグ, #हिन्दी', ['海', '日本語タグ', 'हिन्दी']],
  ['＃full＿width #ＦＵＬＬ', ['full_width', 'full']],
  ['#1 #2024 but #2024sea', ['2024sea']],
  ['C# a#b https://x.example/#top ##double &#39;', []],
  ['(#in) "#quotes" #end.', ['in', 'quotes', 'end']],
  ['# alone #', []],
  [`#${'x'.repeat(101)}`, []],
])('hashtags of %s', (text, hashtags) => {
  expect(hashtagsOf(text)).toEqual(hashtags);
});

it('takes so many hashtags and mentions, and no more', () => {
  const many = (sign: string) => Array.from({ length: 400 }, (_, index) => `${sign}abc${index}`).join(' ');
  expect(hashtagsOf(many('#'))).toHaveLength(30);
  expect(mentionsOf(many('@'))).toHaveLength(30);
});

it.each([
  ['hello @Ada', ['ada']],
  ['@ada.lovelace, @bob.', ['ada.lovelace', 'bob.', 'bob']],
  ['ada@example.com is no mention', []],
  ['@@ada @ab', []],
  ['(@ada)@bob', ['ada', 'bob']],
  [`@${'x'.repeat(33)}`, []],
  ['@ada @ADA @ada', ['ada']],
])('mentions of %s', (text, mentions) => {
  expect(mentionsOf(text)).toEqual(mentions);
});

it('reads hashtags and words apart', () => {
  expect(readSearch('beach #Sea  walk')).toEqual({ hashtags: ['sea'], words: 'beach    walk' });
  expect(readSearch('#Sea #2024')).toEqual({ hashtags: ['sea'], words: '#2024' });
});

import { drawInitials, initialsOf } from './initials.js';

it.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['  Ada   King  Lovelace ', 'AL'],
  ['émile zola', 'ÉZ'],
  ['李 小龙', '李小'],
  ['<script>alert(1)</script>', 'SS'],
  ['🦀🦀', '?'],
  ['', '?'],
])('%s is %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

it('draws one picture for one name, with nothing of it but letters and digits', () => {
  const id = '01890000-0000-7000-8000-00000000000a';
  const drawn = drawInitials('"><img src=x onerror=1>', id, 128);
  expect(drawn).toBe(drawInitials('"><img src=x onerror=1>', id, 128));
  expect(drawn).toContain('width="128"');
  expect(drawn).toContain('>I1</text>');
  expect(drawn).not.toContain('img');
});

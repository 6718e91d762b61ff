import { Turns } from './turns.js';

it('lets so many of one in at a time, in order, and others meanwhile', () => {
  const turns = new Turns(2);
  const inside: string[] = [];
  const come = (who: string, name: string) => turns.enter(who, () => inside.push(name));
  for (const name of ['a1', 'a2', 'a3', 'a4']) come('a', name);
  come('b', 'b1');
  expect(inside).toEqual(['a1', 'a2', 'b1']);
  turns.leave('a');
  expect(inside).toEqual(['a1', 'a2', 'b1', 'a3']);
  for (let left = 0; left < 3; left++) turns.leave('a');
  come('a', 'a5');
  come('a', 'a6');
  come('a', 'a7');
  expect(inside).toEqual(['a1', 'a2', 'b1', 'a3', 'a4', 'a5', 'a6']);
});

it('minds nobody who leaves twice', () => {
  const turns = new Turns(1);
  turns.leave('a');
  let inside = 0;
  for (let count = 0; count < 3; count++) turns.enter('a', () => (inside += 1));
  expect(inside).toBe(1);
});

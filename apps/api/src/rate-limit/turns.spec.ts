import { Turns } from './turns.js';

let now = 0;
let inside: string[];
beforeEach(() => {
  now = 0;
  inside = [];
});

/** Those of them who are let in write their names down. */
const comeTo =
  (turns: Turns) =>
  (who: string, ...names: string[]) => {
    for (const name of names) turns.enter(who, () => inside.push(name));
  };
const newTurns = () => new Turns({ alone: 3, beside: 1, now: () => now });

it('lets so many of one in at a time, in order', () => {
  const turns = newTurns();
  comeTo(turns)('a', 'a1', 'a2', 'a3', 'a4', 'a5');
  expect(inside).toEqual(['a1', 'a2', 'a3']);
  turns.leave('a');
  expect(inside).toEqual(['a1', 'a2', 'a3', 'a4']);
  for (let left = 0; left < 4; left++) turns.leave('a');
  comeTo(turns)('a', 'a6', 'a7', 'a8', 'a9');
  expect(inside).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8']);
});

it('lets fewer in while others ask as well', () => {
  const turns = newTurns();
  const come = comeTo(turns);
  come('a', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7');
  come('b', 'b1', 'b2');
  expect(inside).toEqual(['a1', 'a2', 'a3', 'b1']);
  turns.leave('a');
  turns.leave('a');
  expect(inside).toHaveLength(4);
  turns.leave('a');
  expect(inside).toEqual(['a1', 'a2', 'a3', 'b1', 'a4']);
  turns.leave('b');
  expect(inside.at(-1)).toBe('b2');
  now += 1001;
  turns.leave('a');
  expect(inside.slice(-3)).toEqual(['a5', 'a6', 'a7']);
});

it('minds nobody who leaves twice', () => {
  const turns = newTurns();
  turns.leave('a');
  comeTo(turns)('a', 'a1', 'a2', 'a3', 'a4');
  expect(inside).toEqual(['a1', 'a2', 'a3']);
});

it('lets thousands in one after another who leave at once: their clients have gone', () => {
  const turns = new Turns({ alone: 1, beside: 1 });
  let left = 0;
  turns.enter('a', () => undefined);
  for (let count = 0; count < 20_000; count++)
    turns.enter('a', () => {
      left += 1;
      turns.leave('a');
    });
  turns.leave('a');
  expect(left).toBe(20_000);
  comeTo(turns)('a', 'a1', 'a2');
  expect(inside).toEqual(['a1']);
});

import { Turnstile } from './turnstile.js';

function make(perMinute: number) {
  let clock = 0;
  const turnstile = new Turnstile({ perMinute, now: () => clock });
  return {
    turnstile,
    pass: (milliseconds: number) => (clock += milliseconds),
    /** How many of so many are let in. */
    ask: (count: number, credential = 'a') =>
      Array.from({ length: count }, () => turnstile.ask(credential)).filter((closed) => closed === null).length,
  };
}

it('lets a burst in, and then as many as the even pace allows', () => {
  const { turnstile, ask, pass } = make(6_000);
  expect(turnstile.burst).toEqual({ requests: 200, seconds: 2 });
  expect(ask(500)).toBe(200);
  pass(1_000);
  expect(ask(500)).toBe(100);
  pass(60_000);
  expect(ask(500)).toBe(200);
});

it('says when to come back, and is right', () => {
  const { turnstile, ask, pass } = make(30);
  expect(ask(30)).toBe(30);
  expect(turnstile.ask('a')).toEqual({ policy: 'burst', seconds: 2 });
  pass(2_000);
  expect(turnstile.ask('a')).toBeNull();
});

it('lets others in meanwhile', () => {
  const { ask } = make(6_000);
  expect(ask(1_000, 'a')).toBe(200);
  expect(ask(1, 'b')).toBe(1);
});

it('is shut for who has used up what all processes count together, for as long as that lasts', () => {
  const { turnstile, pass } = make(6_000);
  turnstile.close('a', 42);
  expect(turnstile.ask('a')).toEqual({ policy: 'default', seconds: 42 });
  pass(41_500);
  expect(turnstile.ask('a')).toEqual({ policy: 'default', seconds: 1 });
  pass(500);
  expect(turnstile.ask('a')).toBeNull();
});

it('forgets who has not been there for longest, and no more than that', () => {
  const { turnstile, ask } = make(60);
  for (let other = 0; other < 9_999; other++) turnstile.ask(`other ${other}`);
  ask(60);
  for (let other = 0; other < 9_999; other++) turnstile.ask(`another ${other}`);
  expect(ask(1)).toBe(0);
  turnstile.ask('one more');
  expect(ask(60)).toBe(60);
});

import { readOptions, UsageError } from './options.js';

const none = { fix: false, force: false, json: false, graceMinutes: 60 };

it.each([
  [[], none],
  [['--fix'], { ...none, fix: true }],
  [['--fix', '--force', '--json'], { ...none, fix: true, force: true, json: true }],
  [['--grace', '5'], { ...none, graceMinutes: 5 }],
  [['--grace=0'], { ...none, graceMinutes: 0 }],
  [['--help', '--fix'], null],
])('%j', (args, options) => {
  expect(readOptions(args)).toEqual(options);
});

it.each([[['--fixx']], [['fix']], [['--grace']], [['--grace', 'soon']], [['--grace=-1']], [['--grace', '1.5']]])(
  '%j is not understood',
  (args) => {
    expect(() => readOptions(args)).toThrow(UsageError);
  },
);

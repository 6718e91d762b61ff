import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { loadSettings, settingsSchema } from '#libs/config/settings.js';
import { Interpolation } from './interpolate.js';

const root = path.resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Line {
  name: string;
  value: string;
  /** Whether a comment stands above it, or above the settings just above it. */
  explained: boolean;
}

/** NAME=value lines, in their order. */
function readExample(): Line[] {
  const lines: Line[] = [];
  let explained = false;
  for (const text of read('env.example').split('\n')) {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(text) ?? [];
    if (name !== undefined && value !== undefined) lines.push({ name, value, explained });
    else if (text === '') explained = false;
    else if (text.startsWith('#')) explained = true;
    else throw new Error(`env.example: neither a comment nor NAME=value: ${text}`);
  }
  return lines;
}

/** What docker-compose.yml asks for besides settings. */
function composeVariables(): string[] {
  const interpolation = new Interpolation({});
  interpolation.apply(parse(read('docker-compose.yml'), { merge: true }));
  return [...interpolation.names].filter((name) => !(name in settingsSchema.shape));
}

const settings = Object.entries(settingsSchema.shape);
const example = readExample();
const valueOf = (name: string): string | undefined => example.find((line) => line.name === name)?.value;

describe('env.example', () => {
  it('has every setting, in the order of the schema, then what docker compose asks for', () => {
    const expected = [...settings.map(([name]) => name), ...composeVariables().sort()];
    expect(example.map(({ name }) => name)).toEqual(expected);
  });

  it.each(settings)('gives %s its default', (name, schema) => {
    const byDefault = schema.safeParse(undefined).data;
    const nothing = byDefault === undefined || (Array.isArray(byDefault) && byDefault.length === 0);
    if (nothing) expect(valueOf(name)).toBe('');
    else expect(schema.safeParse(valueOf(name))).toEqual({ success: true, data: byDefault });
  });

  it('explains each', () => {
    expect(example.filter(({ explained }) => !explained)).toEqual([]);
  });

  it('can be loaded once the needed ones are filled in', () => {
    const given = Object.fromEntries(example.map(({ name, value }) => [name, value]));
    const needed = {
      DATABASE_URL: 'postgresql://localhost/media_inbox',
      JWT_SECRET: 'a'.repeat(64),
      URL_SIGNING_SECRET: 'b'.repeat(64),
    };
    expect(loadSettings({ ...given, ...needed })).toEqual(loadSettings(needed));
  });
});

import { loadSettings } from '#libs/config/settings.js';
import { Passwords } from './passwords.js';

const settings = loadSettings({
  DATABASE_URL: 'postgresql://localhost/none',
  JWT_SECRET: 'j'.repeat(32),
  URL_SIGNING_SECRET: 'u'.repeat(32),
  BCRYPT_COST: '10',
});
const passwords = new Passwords(settings);

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Microseconds of processor time, whatever else the machine does. */
async function cost(work: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    await work();
    samples.push(process.cpuUsage(before).user);
  }
  return median(samples);
}

describe('Passwords', () => {
  const password = 'correct horse';
  let hash: string;

  beforeAll(async () => {
    hash = await passwords.hash(password);
  });

  it('hashes by bcrypt at the cost of the settings', () => {
    expect(hash).toMatch(/^\$2b\$10\$.{53}$/);
  });

  it('knows the right password from a wrong one', async () => {
    await expect(passwords.matches(password, hash)).resolves.toBe(true);
    await expect(passwords.matches('correct horsf', hash)).resolves.toBe(false);
    await expect(passwords.matches(password, undefined)).resolves.toBe(false);
  });

  it('does not take a longer password that begins with the right 72 bytes', async () => {
    const longest = 'x'.repeat(72);
    const hashed = await passwords.hash(longest);
    await expect(passwords.matches(longest, hashed)).resolves.toBe(true);
    await expect(passwords.matches(`${longest}y`, hashed)).resolves.toBe(false);
  });

  it('does not take a password that goes on after NUL', async () => {
    await expect(passwords.matches(`${password}\0more`, hash)).resolves.toBe(false);
  });

  it('does the same work where there is no hash to compare with', async () => {
    const wrong = await cost(() => passwords.matches('wrong', hash));
    const unknown = await cost(() => passwords.matches('wrong', undefined));
    const impossible = await cost(() => passwords.matches('x'.repeat(73), hash));
    expect(wrong).toBeGreaterThan(10_000);
    expect(unknown / wrong).toBeGreaterThan(0.6);
    expect(unknown / wrong).toBeLessThan(1.7);
    expect(impossible / wrong).toBeGreaterThan(0.6);
    expect(impossible / wrong).toBeLessThan(1.7);
  });
});

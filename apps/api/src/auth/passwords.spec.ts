import { loadSettings } from '#libs/config/settings.js';
import { Passwords } from './passwords.js';

const settings = loadSettings({
  DATABASE_URL: 'postgresql://localhost/none',
  JWT_SECRET: 'j'.repeat(32),
  URL_SIGNING_SECRET: 'u'.repeat(32),
  BCRYPT_COST: '10',
});
const passwords = new Passwords(settings);

/**
 * Microseconds of processor time of each: the least of several rounds, in which one is done after the other. What others
 * on the machine take comes on top of it, whichever they meet.
 */
async function costs(...works: (() => Promise<unknown>)[]): Promise<number[]> {
  const least = works.map(() => Infinity);
  for (let round = 0; round < 9; round++)
    for (const [index, work] of works.entries()) {
      const before = process.cpuUsage();
      await work();
      least[index] = Math.min(least[index] ?? NaN, process.cpuUsage(before).user);
    }
  return least;
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
    const [wrong = NaN, unknown = NaN, impossible = NaN] = await costs(
      () => passwords.matches('wrong', hash),
      () => passwords.matches('wrong', undefined),
      () => passwords.matches('x'.repeat(73), hash),
    );
    expect(wrong).toBeGreaterThan(10_000);
    expect(unknown / wrong).toBeGreaterThan(0.6);
    expect(unknown / wrong).toBeLessThan(1.7);
    expect(impossible / wrong).toBeGreaterThan(0.6);
    expect(impossible / wrong).toBeLessThan(1.7);
  });
});

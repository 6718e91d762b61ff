import { loadSettings } from './settings.js';

const NEEDED = {
  DATABASE_URL: 'postgresql://user:password@host/database',
  JWT_SECRET: 'j'.repeat(32),
  URL_SIGNING_SECRET: 'u'.repeat(32),
};

/** What is said of one setting. */
function complaint(environment: Record<string, string>): string {
  try {
    loadSettings({ ...NEEDED, ...environment });
  } catch (error) {
    return String(error).split('\n').slice(1).join('\n').trim();
  }
  return 'nothing';
}

describe('a setting that cannot be used', () => {
  it.each([
    [{ PORT: 'abc' }, 'PORT is no number'],
    [{ PORT: '70000' }, 'PORT is too large: expected at most 65535'],
    [{ BCRYPT_COST: '4' }, 'BCRYPT_COST is too small: expected at least 10'],
    [{ UPLOAD_MAX_BYTES: '0' }, 'UPLOAD_MAX_BYTES is too small: expected more than 0'],
    [{ UPLOAD_MAX_BYTES: '1.5' }, 'UPLOAD_MAX_BYTES is 1.5: expected a whole number'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is none of fatal, error, warn, info, debug, trace, silent'],
    [{ S3_FORCE_PATH_STYLE: 'yes' }, 'S3_FORCE_PATH_STYLE is none of true, false'],
    [{ PUBLIC_URL: 'media' }, 'PUBLIC_URL is no address: expected something like https://media.example.com'],
    [{ ADMIN_EMAIL: 'me' }, 'ADMIN_EMAIL is no e-mail address'],
    [{ DATABASE_URL: 'mysql://host' }, expect.stringMatching(/^DATABASE_URL is missing or no PostgreSQL address: /)],
    [{ JWT_SECRET: 'short' }, expect.stringMatching(/^JWT_SECRET is too short: .* openssl rand -hex 32$/)],
    [{ URL_SIGNING_SECRET: NEEDED.JWT_SECRET }, expect.stringMatching(/^URL_SIGNING_SECRET equals JWT_SECRET: /)],
  ])('%j', (environment, expected) => {
    expect(complaint(environment)).toEqual(expected);
  });

  it('is named with all others', () => {
    expect(complaint({ PORT: 'x', LOG_FORMAT: 'y' })).toBe(
      'PORT is no number\n  LOG_FORMAT is none of auto, json, pretty',
    );
  });

  it('may be empty, which is as good as left out', () => {
    expect(complaint({ PORT: '', REDIS_URL: '' })).toBe('nothing');
  });
});

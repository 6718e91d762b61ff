import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { loadSettings, settingsSchema } from '#libs/config/settings.js';
import { Interpolation } from './interpolate.js';

const root = path.resolve(__dirname, '../..');
const source = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');

const SECRETS = {
  JWT_SECRET: 'a'.repeat(64),
  URL_SIGNING_SECRET: 'b'.repeat(64),
  POSTGRES_PASSWORD: 'c'.repeat(64),
  S3_SECRET_ACCESS_KEY: 'd'.repeat(64),
};
const OURS = ['api', 'worker', 'migrate', 'seed', 'bucket'];

interface Service {
  image: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string | number>;
  ports?: string[];
  volumes?: string[];
  container_name?: string;
  healthcheck?: object;
  depends_on?: Record<string, { condition: string }>;
}

interface ComposeFile {
  services: Record<string, Service>;
  volumes: Record<string, null>;
}

function compose(environment: Record<string, string> = SECRETS, interpolation = new Interpolation(environment)) {
  return interpolation.apply(parse(source, { merge: true })) as ComposeFile;
}

function service(name: string, environment?: Record<string, string>): Service {
  const found = compose(environment).services[name];
  if (!found) throw new Error(`no service ${name}`);
  return found;
}

/** The linter dclint brings the schema of github.com/compose-spec/compose-spec; its package exports no more than this. */
function composeSchema(): object {
  const linter = path.dirname(require.resolve('dclint/package.json'));
  const { $schema: _, ...schema } = JSON.parse(
    readFileSync(path.join(linter, 'schemas/compose.schema.json'), 'utf8'),
  ) as Record<string, unknown>;
  return schema;
}

/** As a process in the container sees it: everything is text. */
function environmentOf(name: string, environment?: Record<string, string>): Record<string, string> {
  const entries = Object.entries(service(name, environment).environment ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

describe('docker-compose.yml', () => {
  it('is what the compose specification allows', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(composeSchema());
    validate(compose());
    expect(validate.errors).toBeNull();
  });

  it('asks for every secret, and says how to make it', () => {
    const interpolation = new Interpolation({});
    compose({}, interpolation);
    const { missing } = interpolation;
    expect([...missing.keys()].sort()).toEqual(Object.keys(SECRETS).sort());
    for (const complaint of missing.values()) expect(complaint).toContain('see the top of docker-compose.yml');
    const top = source.slice(0, source.indexOf('\nname:'));
    expect(top).toContain('openssl rand -hex 32');
    for (const name of Object.keys(SECRETS)) expect(top).toContain(name);
  });

  it.each(OURS)('gives %s settings that exist and can be loaded', (name) => {
    const environment = environmentOf(name);
    const known = Object.keys(settingsSchema.shape);
    expect(Object.keys(environment).filter((key) => !known.includes(key))).toEqual([]);
    expect(loadSettings(environment)).toMatchObject({
      DATABASE_URL: `postgresql://media_inbox:${SECRETS.POSTGRES_PASSWORD}@postgres:5432/media_inbox`,
      REDIS_URL: 'redis://valkey:6379',
      S3_ENDPOINT: 'http://s3:8333',
      S3_PUBLIC_ENDPOINT: 'http://localhost:8333',
      PUBLIC_URL: 'http://localhost:3000',
    });
  });

  it('publishes API and store where signed URLs say they are, whatever the ports', () => {
    const moved = { ...SECRETS, PORT: '4000', S3_PORT: '9000' };
    expect(environmentOf('api', moved)).toMatchObject({
      PORT: '3000',
      PUBLIC_URL: 'http://localhost:4000',
      S3_PUBLIC_ENDPOINT: 'http://localhost:9000',
    });
    expect(service('api', moved).ports).toEqual(['4000:3000']);
    expect(service('s3', moved).ports).toEqual(['9000:8333']);
    expect(environmentOf('api', { ...moved, S3_PUBLIC_ENDPOINT: 'https://files.example.com' })).toMatchObject({
      S3_PUBLIC_ENDPOINT: 'https://files.example.com',
    });
  });

  it('gives the servers the credentials that it gives the apps', () => {
    const api = environmentOf('api');
    expect(environmentOf('s3')).toEqual({
      AWS_ACCESS_KEY_ID: api.S3_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY: api.S3_SECRET_ACCESS_KEY,
    });
    const { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: database } = environmentOf('postgres');
    expect(api.DATABASE_URL).toBe(`postgresql://${user}:${password}@postgres:5432/${database}`);
  });

  it('runs commands that the build makes', () => {
    for (const name of ['migrate', 'seed', 'bucket']) {
      const [program, script = ''] = service(name).command ?? [];
      expect(program).toBe('node');
      expect(script).toMatch(/^dist\/.*\.js$/);
      expect(existsSync(path.join(root, script.replace('dist/', '').replace(/\.js$/, '.ts')))).toBe(true);
    }
  });

  it('starts API and workers when what they need is there', () => {
    const needed = {
      postgres: { condition: 'service_healthy' },
      valkey: { condition: 'service_healthy' },
      migrate: { condition: 'service_completed_successfully' },
      bucket: { condition: 'service_completed_successfully' },
      seed: { condition: 'service_completed_successfully' },
    };
    expect(service('api').depends_on).toEqual(needed);
    expect(service('worker').depends_on).toEqual(needed);
    const { services } = compose();
    for (const { depends_on: others = {} } of Object.values(services))
      for (const [name, { condition }] of Object.entries(others))
        if (condition === 'service_healthy') expect(services[name]?.healthcheck).toHaveProperty('test');
  });

  it('lets workers be many', () => {
    expect(service('worker')).not.toHaveProperty('container_name');
    expect(service('worker')).not.toHaveProperty('ports');
  });

  it('pins the images of others, and keeps what they store', () => {
    const { services, volumes } = compose();
    for (const [name, { image, build, volumes: mounts = [] }] of Object.entries(services)) {
      if (OURS.includes(name)) expect(existsSync(path.join(root, build?.dockerfile ?? 'missing'))).toBe(true);
      else {
        expect(image).toMatch(/:\d+\.\d+/);
        expect(mounts.map((mount) => mount.split(':')[0])).toEqual([name]);
        expect(volumes).toHaveProperty(name);
      }
    }
  });

  it('publishes nothing but the API and S3', () => {
    const published = Object.entries(compose().services).filter(([, { ports }]) => ports);
    expect(published.map(([name]) => name).sort()).toEqual(['api', 's3']);
  });
});

import { randomBytes } from 'node:crypto';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';
import { Container, type Ran } from './container.js';
import { openDoor, type DatabaseDoor } from './database-door.js';

export const API_IMAGE = 'localhost/media-inbox/api';
export const WORKER_IMAGE = 'localhost/media-inbox/worker';
export const ADMIN = { email: 'admin@example.com', password: 'the admin of the images' };

const READY_WITHIN_MS = 60_000;
const secret = (): string => randomBytes(32).toString('hex');

/** What docker-compose.yml describes, without an engine: the same images, commands and order, on services beside us. */
export class Deployment {
  readonly containers: Container[] = [];
  /** What the commands that are run once have said, by service. */
  readonly once = new Map<string, Ran>();

  private constructor(
    readonly url: string,
    private readonly database: TestDatabase,
    private readonly door: DatabaseDoor,
    private readonly environment: Record<string, string>,
  ) {}

  /** @throws Error when Redis and S3 are not there: start it by scripts/images/test.sh */
  static async create(): Promise<Deployment> {
    const services = ['REDIS_URL', 'S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;
    const given = Object.fromEntries(
      services.map((name) => {
        const value = process.env[name];
        if (!value) throw new Error(`${name} is not set: run npm run test:images`);
        return [name, value];
      }),
    );
    const database = await createEmptyDatabase();
    const door = await openDoor(database.url);
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    return new Deployment(url, database, door, {
      ...given,
      // Another name of the same place: as in a deployment, where clients do not see the inner network.
      S3_PUBLIC_ENDPOINT: (given.S3_ENDPOINT ?? '').replace('127.0.0.1', 'localhost'),
      DATABASE_URL: door.url,
      PORT: port,
      HOST: '127.0.0.1',
      PUBLIC_URL: url,
      JWT_SECRET: secret(),
      URL_SIGNING_SECRET: secret(),
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
    });
  }

  /** A container that ends with the deployment. */
  async container(image: string, hostname: string): Promise<Container> {
    const container = await Container.create(image, hostname, this.environment);
    this.containers.push(container);
    return container;
  }

  /** Runs a command of the API's image to its end. */
  async runOnce(service: string, script: string): Promise<Ran> {
    const container = await this.container(API_IMAGE, service);
    const ran = await container.run('node', script);
    this.once.set(service, ran);
    return ran;
  }

  async start(image: string, hostname: string): Promise<Container> {
    const container = await this.container(image, hostname);
    container.start();
    return container;
  }

  /** The answer of /health/ready when it says that all is up, with this many workers. */
  untilReady(workers: number): Promise<unknown> {
    return until(
      async () => {
        const response = await fetch(`${this.url}/health/ready`).catch(() => undefined);
        return (await response?.json()) as { status: string; checks: { worker: { count?: number } } } | undefined;
      },
      (seen) => seen?.status === 'up' && seen.checks.worker.count === workers,
      READY_WITHIN_MS,
    );
  }

  log(): string {
    return this.containers.map(({ hostname, lines }) => `--- ${hostname}\n${lines.slice(-40).join('\n')}`).join('\n');
  }

  async remove(): Promise<void> {
    for (const container of this.containers) await container.remove();
    this.door.close();
    await this.database.drop();
  }
}

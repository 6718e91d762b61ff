import { randomBytes } from 'node:crypto';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';
import { Container, type Ran } from './container.js';
import { openDoor, type DatabaseDoor } from './database-door.js';

export const API_IMAGE = 'localhost/media-inbox/api';
export const WORKER_IMAGE = 'localhost/media-inbox/worker';
export const ADMIN = { email: 'admin@example.com', password: 'the admin of the images' };

const READY_WITHIN_MS = 200_000;
const secret = (): string => randomBytes(32).toString('hex');

/** What docker-compose.yml describes, without an engine: the same images, commands and order, on services beside us. */
export class Deployment {
  private readonly containers: Container[] = [];
  private readonly forCommands = new Map<string, Promise<Container>>();

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

  /** Runs a command in a container of the image, on a host of its own, "command". */
  async run(image: string, ...command: string[]): Promise<Ran> {
    return (await this.commandContainer(image)).run(...command);
  }

  /** A container of the image in which nothing runs but commands. */
  commandContainer(image: string): Promise<Container> {
    const container = this.forCommands.get(image) ?? this.create(image, 'command');
    this.forCommands.set(image, container);
    return container;
  }

  /** A container in which the image's own command runs; it ends with the deployment. */
  async start(image: string, hostname: string): Promise<Container> {
    const container = await this.create(image, hostname);
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
    await Promise.all(this.containers.map((container) => container.remove()));
    this.door.close();
    await this.database.drop();
  }

  private async create(image: string, hostname: string): Promise<Container> {
    const container = await Container.create(image, hostname, this.environment);
    this.containers.push(container);
    return container;
  }
}

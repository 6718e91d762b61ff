import { randomUUID } from 'node:crypto';
import { ensureBucket } from '#libs/storage/s3/s3-bucket.js';
import { freePort } from '../../support/free-port.js';
import { fromRunner } from '../options.js';
import { FaultProxy } from './fault-proxy.js';

/** The real S3 server of the run, with a bucket of our own, behind a proxy that can treat it badly. */
export class S3Gateway {
  private constructor(
    readonly proxy: FaultProxy,
    private readonly bucket: string,
  ) {}

  static async open(): Promise<S3Gateway> {
    const gateway = new S3Gateway(
      new FaultProxy(new URL(fromRunner('S3_ENDPOINT')), await freePort()),
      `faults-${randomUUID()}`,
    );
    await gateway.proxy.up();
    const connection = {
      bucket: gateway.bucket,
      region: fromRunner('S3_REGION'),
      endpoint: fromRunner('S3_ENDPOINT'),
      accessKeyId: fromRunner('S3_ACCESS_KEY_ID'),
      secretAccessKey: fromRunner('S3_SECRET_ACCESS_KEY'),
    };
    await ensureBucket(connection, { corsOrigins: [] });
    return gateway;
  }

  /** For apps and clients. */
  get settings(): Record<string, string> {
    return { ...this.directSettings, S3_ENDPOINT: this.proxy.url };
  }

  /** Past the proxy, for those who check. */
  get directSettings(): Record<string, string> {
    const names = ['S3_ENDPOINT', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'];
    const given = Object.fromEntries(names.map((name) => [name, fromRunner(name)]));
    return { ...given, S3_BUCKET: this.bucket };
  }

  async mend(): Promise<void> {
    this.proxy.behave({ kind: 'pass' });
    await this.proxy.up();
  }

  close(): Promise<void> {
    return this.proxy.close();
  }
}

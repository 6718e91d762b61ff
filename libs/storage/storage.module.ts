import { resolve } from 'node:path';
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import { publicUrl } from '#libs/config/public-url.js';
import type { Settings } from '#libs/config/settings.js';
import { DiskObjectStore } from './disk/disk-store.js';
import type { ObjectStore } from './object-store.js';
import { s3Connection } from './s3/client.js';
import { S3ObjectStore } from './s3/s3-store.js';

export const OBJECT_STORE = Symbol('object store');

/** The store that the settings choose: S3 when they name a bucket, files below DATA_DIR otherwise. */
export function makeObjectStore(settings: Settings): ObjectStore {
  const connection = s3Connection(settings);
  if (connection) return new S3ObjectStore(connection);
  return new DiskObjectStore({
    root: resolve(settings.DATA_DIR, 'objects'),
    publicUrl: publicUrl(settings),
    secret: settings.URL_SIGNING_SECRET,
  });
}

@Global()
@Module({
  providers: [{ provide: OBJECT_STORE, useFactory: makeObjectStore, inject: [SETTINGS] }],
  exports: [OBJECT_STORE],
})
export class StorageModule implements OnApplicationShutdown {
  constructor(@Inject(OBJECT_STORE) private readonly store: ObjectStore) {}

  onApplicationShutdown(): void {
    if (this.store instanceof S3ObjectStore) this.store.close();
  }
}

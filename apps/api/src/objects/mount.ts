import type { FastifyInstance } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { handleDiskRequest } from '#libs/storage/disk/disk-door.js';
import { DiskObjectStore } from '#libs/storage/disk/disk-store.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import type { Logger } from '#libs/telemetry/logger.js';

/** Serves the disk store's signed URLs at /objects/*; with S3 there is no such route. */
export async function mountObjects(app: NestFastifyApplication, logger: Logger): Promise<void> {
  const store = app.get<ObjectStore>(OBJECT_STORE);
  if (!(store instanceof DiskObjectStore)) return;
  await app.register(async (fastify: FastifyInstance) => {
    // The body belongs to the store, as a stream: nobody else may read it.
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
    fastify.route({
      method: ['GET', 'HEAD', 'PUT', 'OPTIONS'],
      url: '/objects/*',
      exposeHeadRoute: false,
      handler: (request, reply) => {
        reply.hijack();
        handleDiskRequest(store, request.raw, reply.raw).catch((error: unknown) => {
          logger.error({ error }, 'an object request failed unexpectedly');
          reply.raw.destroy();
        });
      },
    });
  });
}

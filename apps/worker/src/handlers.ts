import type { Type } from '@nestjs/common';
import { JOB_KINDS, type JobKind } from '#libs/queue/job-kinds.js';
import type { JobHandler } from '#libs/queue/job-runner.js';
import { DeleteObjectsHandler } from './delete-objects/delete-objects.handler.js';
import { EraseAccountHandler } from './erase-account/erase-account.handler.js';
import { FanOutPostHandler } from './fan-out-post/fan-out-post.handler.js';
import { ExportAccountHandler } from './export-account/export-account.handler.js';
import { FetchUrlHandler } from './fetch-url/fetch-url.handler.js';
import { MakeVariantHandler } from './make-variant/make-variant.handler.js';
import { ProcessAssetHandler } from './process-asset/process-asset.handler.js';
import { consumerOf } from './running/job-consumer.js';
import { StripLocationHandler } from './strip-location/strip-location.handler.js';
import { TranscodeVideoHandler } from './transcode-video/transcode-video.handler.js';

/** Who does each kind of job. Total: a kind without a handler does not compile. */
const handlers: Readonly<Record<JobKind, Type<JobHandler>>> = {
  'process-asset': ProcessAssetHandler,
  'make-variant': MakeVariantHandler,
  'transcode-video': TranscodeVideoHandler,
  'fetch-url': FetchUrlHandler,
  'delete-objects': DeleteObjectsHandler,
  'strip-location': StripLocationHandler,
  'fan-out-post': FanOutPostHandler,
  'export-account': ExportAccountHandler,
  'erase-account': EraseAccountHandler,
};

/** In the order of JOB_KINDS. */
export const HANDLER_CLASSES = JOB_KINDS.map((kind) => handlers[kind]);

/** In the order of JOB_KINDS. */
export const CONSUMER_CLASSES = JOB_KINDS.map(consumerOf);

import { NestFactory, Reflector } from '@nestjs/core';
import { StandardSchemaSerializerInterceptor } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Registry } from 'prom-client';
import type { Settings } from '#libs/config/settings.js';
import { NestLogger, type Logger } from '#libs/telemetry/logger.js';
import { AppModule } from './app.module.js';
import { serveConsole } from './console/serve-console.js';
import { corsOf } from './http/cors.js';
import { installHooks, installJsonParser, makeAdapter } from './http/server.js';
import { SocketDoor } from './live/socket-door.js';
import { instrument } from './metrics/instrument.js';
import { mountObjects } from './objects/mount.js';
import { serveApiDocs } from './openapi/document.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { validationPipe } from './problem/validation.js';
import { holdBackFloods } from './rate-limit/hold-back.js';

/** Builds the API without listening. */
export async function createApp(settings: Settings, logger: Logger): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings, logger),
    makeAdapter(settings),
    { logger: new NestLogger(logger), abortOnError: false, bodyParser: false },
  );
  installJsonParser(app);
  installHooks(app, logger);
  instrument(app, app.get(Registry));
  app.enableCors({ delegator: corsOf(settings) });
  holdBackFloods(app, settings.RATE_LIMIT_PER_MINUTE, logger);
  app.useGlobalFilters(new ProblemFilter(logger));
  app.useGlobalPipes(validationPipe());
  app.useGlobalInterceptors(new StandardSchemaSerializerInterceptor(app.get(Reflector)));
  await mountObjects(app, logger);
  if (settings.ROLE !== 'api') app.get(SocketDoor).open(app.getHttpServer());
  serveApiDocs(app);
  if (settings.ROLE !== 'live') await serveConsole(app, settings, logger);
  return app;
}

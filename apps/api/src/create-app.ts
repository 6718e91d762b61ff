import { NestFactory, Reflector } from '@nestjs/core';
import { StandardSchemaSerializerInterceptor } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Registry } from 'prom-client';
import type { Settings } from '#libs/config/settings.js';
import { NestLogger, type Logger } from '#libs/telemetry/logger.js';
import { AppModule } from './app.module.js';
import { installHooks, installJsonParser, makeAdapter } from './http/server.js';
import { instrument } from './metrics/instrument.js';
import { mountObjects } from './objects/mount.js';
import { serveApiDocs } from './openapi/document.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { validationPipe } from './problem/validation.js';

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
  if (settings.CORS_ORIGINS.length > 0)
    app.enableCors({
      origin: settings.CORS_ORIGINS.includes('*') ? true : settings.CORS_ORIGINS,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: ['X-Request-Id', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'ETag', 'Location'],
      maxAge: 86_400,
    });
  app.useGlobalFilters(new ProblemFilter(logger));
  app.useGlobalPipes(validationPipe());
  app.useGlobalInterceptors(new StandardSchemaSerializerInterceptor(app.get(Reflector)));
  await mountObjects(app, logger);
  serveApiDocs(app);
  return app;
}

import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { INestApplication } from '@nestjs/common';
import { z } from 'zod';

/** Problem, and those that say more. */
const PROBLEM = /#\/components\/schemas\/\w*Problem"/;

/** OpenAPI 3.1 has JSON Schema 2020-12; Nest's own converter would ask zod for the older 3.0 dialect. */
function toJsonSchema(schema: unknown, { schemaType }: { schemaType: 'input' | 'output' }) {
  if (!(schema instanceof z.ZodType)) return undefined;
  const converted = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: schemaType,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // The format says it; zod's pattern beside it is a screen long.
      if (jsonSchema.format) delete jsonSchema.pattern;
    },
  });
  const { $schema, $defs, '~standard': standard, ...rest } = converted as Record<string, unknown>;
  return { schema: rest, components: $defs as Record<string, object> | undefined };
}

/** Describes every route of the running application. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Media Inbox')
    .setDescription(
      'Ask for a presigned URL, put the bytes into object storage, say complete; workers make thumbnail, preview and metadata. Errors are RFC 9457 problem documents with a stable `code`.',
    )
    .setVersion('1')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '').toLowerCase()}${method[0]?.toUpperCase() ?? ''}${method.slice(1)}`,
    standardSchemaConverter: toJsonSchema,
  });
  for (const path of Object.values(document.paths))
    for (const operation of [path.get, path.post, path.put, path.patch, path.delete])
      if (operation) nameProblems(operation);
  return document;
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Nest writes every answer down as application/json; problems have a media type of their own (RFC 9457, 3). */
function nameProblems(operation: Operation): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    if (Number(status) < 400 || !response || !('content' in response)) continue;
    const { 'application/json': body, ...others } = response.content ?? {};
    if (body && PROBLEM.test(JSON.stringify(body))) response.content = { ...others, 'application/problem+json': body };
  }
}

/** Serves the document at /openapi.json and Swagger UI at /docs. */
export function serveApiDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Media Inbox API',
  });
}

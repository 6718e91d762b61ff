import type { OpenAPIObject } from '@nestjs/swagger';
import { buildDocument } from './build-document.js';

interface Operation {
  operationId: string;
  summary?: string;
  tags?: string[];
  responses: Record<string, object>;
  parameters?: { name: string; in: string }[];
}

describe('the description of the API', () => {
  let document: OpenAPIObject;
  let operations: [string, Operation][];

  beforeAll(async () => {
    document = await buildDocument();
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, Operation>).map(([method, operation]): [string, Operation] => [
        `${method} ${path}`,
        operation,
      ]),
    );
  });

  it('is OpenAPI 3.1 and holds the routes', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/auth/login', '/uploads/presign', '/jobs/{id}']),
    );
  });

  it('says of every operation what it is for and what it answers when all goes well', () => {
    const incomplete = operations.filter(
      ([, { summary, tags, responses }]) =>
        !summary || !tags?.length || !Object.keys(responses).some((status) => /^[23]/.test(status)),
    );
    expect(incomplete.map(([name]) => name)).toEqual([]);
  });

  it('gives every operation a name of its own', () => {
    const names = operations.map(([, { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });

  it('takes an Idempotency-Key wherever a POST makes something', () => {
    const forgotten = operations.filter(
      ([name, { responses, parameters = [] }]) =>
        name.startsWith('post ') && '201' in responses && !parameters.some((one) => one.name === 'Idempotency-Key'),
    );
    expect(forgotten.map(([name]) => name)).toEqual([]);
  });

  it('refers to nothing that it does not hold', () => {
    const text = JSON.stringify(document);
    const referred = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect(referred.filter((name) => !document.components?.schemas?.[String(name)])).toEqual([]);
    expect(referred.length).toBeGreaterThan(0);
  });

  it('is in an order of its own', () => {
    const paths = Object.keys(document.paths);
    expect(paths).toEqual([...paths].sort());
  });
});

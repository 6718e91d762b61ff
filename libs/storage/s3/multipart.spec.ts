import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { allParts } from '../multipart.js';
import { S3Multipart } from './multipart.js';
import type { S3Urls } from './urls.js';

/** Answers ListParts as SeaweedFS does: beginning with the part that it was told to begin after. */
let server: Server;
let client: S3Client;

beforeAll(async () => {
  server = createServer((request, response) => {
    const after = Number(new URL(request.url ?? '', 'http://s3').searchParams.get('part-number-marker') ?? 0);
    const parts = [1, 2, 3].filter((number) => number >= after);
    const xml = parts.map((number) => `<Part><PartNumber>${number}</PartNumber><Size>5</Size><ETag>e</ETag></Part>`);
    response.setHeader('Content-Type', 'application/xml');
    response.end(`<?xml version="1.0"?><ListPartsResult>${xml.join('')}</ListPartsResult>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});
afterAll(() => {
  client.destroy();
  server.close();
});

it('lists parts to their end, also where a page begins with the last of the one before', async () => {
  const quick = { requestTimeout: 100_000 };
  const multipart = new S3Multipart({
    ...{ client, quick, bucket: 'b', urls: {} as S3Urls },
    head: () => Promise.resolve(null),
  });
  const found = await allParts(multipart, { key: 'a/b/original', id: 'u' });
  expect(found?.map(({ number }) => number)).toEqual([1, 2, 3]);
});

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const COMPRESSIBLE = /\.(js|css|svg)$/;

/** Beside each file its Brotli form, which the server sends to whom reads it: nothing is compressed twice. */
const compressed = {
  name: 'compressed',
  // Once they are written: until then other plugins still change them.
  writeBundle({ dir }, bundle) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    for (const name of Object.keys(bundle).filter((one) => COMPRESSIBLE.test(one))) {
      const file = path.join(dir, name);
      writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file), { params }));
    }
  },
};

const API = 'http://localhost:3000';
/** Everything but the console itself, for `npm run console:dev` beside a running `npm start`. */
const TO_API = Object.fromEntries(
  [
    ...['admin', 'api-keys', 'assets', 'audit', 'auth', 'captions', 'comments', 'events', 'feed', 'follows', 'health'],
    ...['images', 'jobs', 'live', 'metrics', 'notifications', 'objects', 'openapi.json', 'playbacks', 'posts'],
    ...['problems', 'profiles', 'public', 'queues', 'stats', 'tenant', 'timeline', 'uploads', 'users', 'webhooks'],
  ].map((name) => [`^/${name}(/|\\?|$)`, { target: API }]),
);

export default {
  base: '/app/',
  // The server puts each answer's own nonce in its place.
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: '../../dist/web.next',
    emptyOutDir: true,
    // Not "assets": that is a page of the console's.
    assetsDir: 'static',
    // An inlined file would need a hole in the page's policy.
    assetsInlineLimit: 0,
    target: 'es2022',
    manifest: 'manifest.json',
    chunkSizeWarningLimit: 600,
  },
  plugins: [compressed],
  server: { proxy: TO_API },
};

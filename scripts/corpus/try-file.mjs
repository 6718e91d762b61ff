import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { FORMATS } from '../../dist/libs/media/kinds.js';
import { PeakMemory } from './memory.mjs';

const UNKNOWN = 'application/octet-stream';
const LOOK_MS = 50;

/** What a client that knows only the name would say that the file is. */
const declaredType = (file) => {
  const extension = path.extname(file).slice(1).toLowerCase();
  return FORMATS.find(({ extensions }) => extensions.includes(extension))?.mime ?? UNKNOWN;
};

let account;

/** An account of its own, asked for once; its token outlives no long run and is asked for again. */
async function ask(url, method, route, body) {
  account ??= signUp(url);
  let answer = await send(url, method, route, body, (await account).token);
  if (answer.status === 401) {
    account = signIn(url, await account);
    answer = await send(url, method, route, body, (await account).token);
  }
  return answer;
}

async function signUp(url) {
  const credentials = { email: `${randomUUID()}@example.com`, password: randomUUID() };
  const { body } = await send(url, 'POST', '/auth/register', credentials);
  return { ...credentials, token: body.accessToken };
}

async function signIn(url, { email, password }) {
  const { body } = await send(url, 'POST', '/auth/login', { email, password });
  return { email, password, token: body.accessToken };
}

async function send(url, method, route, body, token) {
  const response = await fetch(url + route, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

/**
 * Presigns, puts and completes one file, and waits until it is READY or FAILED.
 *
 * @returns outcome: READY, FAILED, REFUSED or HUNG; mime, kind, outputs, warnings, code, reason, size in bytes, ms in all,
 *   peakMb: of the worker and its children together; asset: the last that the API said of it
 */
export async function tryFile(stack, file, timeoutSeconds) {
  const began = performance.now();
  const memory = new PeakMemory(stack.workerPid);
  const size = statSync(file).size;
  try {
    const result = await follow(stack.url, file, size, timeoutSeconds);
    return { size, ...result, ms: Math.round(performance.now() - began), peakMb: memory.stop() };
  } finally {
    memory.stop();
  }
}

async function follow(url, file, size, timeoutSeconds) {
  const declared = {
    filename: path.basename(file),
    contentType: declaredType(file),
    fileSize: size,
    sha256Hash: await sha256(file),
  };
  const presigned = await ask(url, 'POST', '/uploads/presign', declared);
  if (presigned.status !== 201) return refused('presign', presigned.body);
  const stored = await put(presigned.body, file, size);
  if (stored.status !== 200) return refused('upload', stored.body);
  const completed = await ask(url, 'POST', '/uploads/complete', { uploadId: presigned.body.uploadId });
  if (completed.status !== 201) return refused('complete', completed.body);
  const asset = await settled(url, completed.body.assetId, timeoutSeconds);
  return {
    outcome: ['READY', 'FAILED'].includes(asset.status) ? asset.status : 'HUNG',
    mime: asset.mimeType,
    kind: asset.kind,
    outputs: outputsOf(asset),
    warnings: asset.warnings.map(({ code }) => code),
    code: asset.failure?.code ?? null,
    reason: asset.failure?.reason ?? null,
    asset,
  };
}

const refused = (step, { code, detail }) => ({
  outcome: 'REFUSED',
  mime: null,
  kind: null,
  outputs: [],
  warnings: [],
  code: `${step}: ${code ?? 'no code'}`,
  reason: detail ?? null,
  asset: null,
});

const outputsOf = (asset) =>
  Object.keys(asset)
    .filter((name) => name.endsWith('Url') && name !== 'downloadUrl' && asset[name] !== null)
    .map((name) => name.slice(0, -3));

async function settled(url, assetId, timeoutSeconds) {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const { body } = await ask(url, 'GET', `/assets/${assetId}`);
    if (body.status === 'READY' || body.status === 'FAILED' || Date.now() > deadline) return body;
    await delay(LOOK_MS);
  }
}

async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** With a Content-Length, which fetch has none of for streams. */
async function put({ uploadUrl, method, headers }, file, size) {
  const sending = request(uploadUrl, { method, headers: { ...headers, 'content-length': size } });
  const [[response]] = await Promise.all([once(sending, 'response'), pipeline(createReadStream(file), sending)]);
  const text = (await response.toArray()).join('');
  return { status: response.statusCode, body: text === '' ? {} : JSON.parse(text) };
}

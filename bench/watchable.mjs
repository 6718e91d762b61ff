// How long somebody waits for a film: from the answer to /uploads/complete until /assets/:id/play gives a place, and until
// every stream is there, through a real API and worker with the queue, the store and the rows.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { migrate } from '../dist/libs/database/migrate.js';
import { openLab, register, untilReady } from './lab.mjs';

const LOOK_EVERY_MS = 100;

/**
 * @param input path of an MP4
 * @param preset of libx264
 * @returns seconds
 */
export async function throughTheWorker(input, preset) {
  const lab = await openLab();
  try {
    await migrate(lab.url);
    const url = await lab.startApi();
    lab.start('worker', { TRANSCODE_PRESET: preset });
    await untilReady(`${url}/health/ready`);
    const { token } = await register(url);
    const ask = async (method, path, body) => {
      const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
      const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    };
    const bytes = await readFile(input);
    const file = { filename: 'film.mp4', contentType: 'video/mp4', fileSize: bytes.length };
    const { body: upload } = await ask('POST', '/uploads/presign', file);
    const put = await fetch(upload.uploadUrl, { method: 'PUT', headers: upload.headers, body: bytes });
    if (!put.ok) throw new Error(`the film could not be uploaded: ${put.status}`);
    const { body: completed } = await ask('POST', '/uploads/complete', { uploadId: upload.uploadId });
    const began = performance.now();
    const secondsUntil = async (look) => {
      while (!(await look())) await delay(LOOK_EVERY_MS);
      return Number(((performance.now() - began) / 1000).toFixed(2));
    };
    const playable = await secondsUntil(async () => {
      const { status, body } = await ask('POST', `/assets/${completed.assetId}/play`);
      if (status !== 201 && body.code !== 'PLAYBACK_NOT_READY') throw new Error(JSON.stringify(body));
      return status === 201;
    });
    const all = await secondsUntil(async () => {
      const { streaming } = (await ask('GET', `/assets/${completed.assetId}`)).body;
      if (streaming.status === 'FAILED') throw new Error(JSON.stringify(streaming));
      return streaming.status === 'READY';
    });
    return { playable, all };
  } finally {
    await lab.close();
  }
}

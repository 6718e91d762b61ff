import { until } from '../../support/until.js';
import type { Fault } from '../fault.js';
import { runsOf } from '../judge/runs.js';
import { scale } from '../options.js';
import { another, photos } from '../traffic/traffic.js';

const FILES = scale(2, 10);

/** Nothing brings the bytes back: it is not tried again, and the owner is told. */
export const objectLost: Fault = {
  number: '5b',
  title: 'an object lost before it is processed',
  on: ['postgres', 'redis'],
  mayFail: ['OBJECT_LOST'],
  async make(lab, traffic) {
    const [picture] = await photos();
    if (!picture) throw new Error('no picture');
    await lab.stopWorkers();
    const uploads = await Promise.all(Array.from({ length: FILES }, () => traffic.send(another(picture))));
    await lab.store.delete(uploads.map(({ objectKey }) => objectKey));
    const began = performance.now();
    await lab.startWorkers(2);
    for (const upload of uploads) {
      const asset = await until(
        () => traffic.show(upload),
        ({ status }) => status === 'FAILED',
        60_000,
      );
      expect(asset.failure).toEqual({ code: 'OBJECT_LOST', reason: expect.stringMatching(/\w+/) as string });
      expect(await runsOf(lab, upload.assetId)).toHaveLength(1);
    }
    return { times: FILES, recoverySeconds: (performance.now() - began) / 1000 };
  },
};

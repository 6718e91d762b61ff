import { gate } from '../../../../tests/support/until.js';
import { BoundedQueue } from './bounded-queue.js';

describe('BoundedQueue', () => {
  it('runs so many at once, the others in the order in which they came', async () => {
    const queue = new BoundedQueue(2, 10);
    const started: number[] = [];
    const gates = [gate(), gate(), gate(), gate()];
    const results = gates.map(({ opened }, index) =>
      queue.run(async () => {
        started.push(index);
        await opened;
        return index;
      }),
    );
    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    await results[1];
    await Promise.resolve();
    expect(started).toEqual([0, 1, 2]);
    for (const each of gates) each.open();
    await expect(Promise.all(results)).resolves.toEqual([0, 1, 2, 3]);
  });

  it('refuses whoever finds too many waiting, and takes new ones again afterwards', async () => {
    const queue = new BoundedQueue(1, 1);
    const hold = gate();
    const running = queue.run(() => hold.opened);
    const waiting = queue.run(() => Promise.resolve('waited'));
    await expect(queue.run(() => Promise.resolve())).rejects.toMatchObject({
      code: 'OVERLOADED',
      headers: { 'Retry-After': '5' },
    });
    hold.open();
    await running;
    await expect(waiting).resolves.toBe('waited');
    await expect(queue.run(() => Promise.resolve('later'))).resolves.toBe('later');
  });

  it('gives the place on when a task fails', async () => {
    const queue = new BoundedQueue(1, 1);
    const failing = queue.run(() => Promise.reject(new Error('failed')));
    const next = queue.run(() => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('failed');
    await expect(next).resolves.toBe('next');
  });
});

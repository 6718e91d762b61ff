import { setTimeout as delay } from 'node:timers/promises';
import { gate } from '../../../../tests/support/until.js';
import { remembered } from './remembered.js';

describe('remembered', () => {
  it('looks once for all who ask at the same time', async () => {
    const { opened, open } = gate();
    const look = jest.fn(async () => {
      await opened;
      return 7;
    });
    const ask = remembered(60_000, look);
    const answers = Promise.all([ask(), ask(), ask()]);
    open();
    expect(await answers).toEqual([7, 7, 7]);
    expect(await ask()).toBe(7);
    expect(look).toHaveBeenCalledTimes(1);
  });

  it('looks again when what it saw is old', async () => {
    let seen = 0;
    const ask = remembered(5, () => Promise.resolve(++seen));
    expect(await ask()).toBe(1);
    await delay(10);
    expect(await ask()).toBe(2);
  });

  it('does not remember a failure', async () => {
    const look = jest.fn(() => Promise.resolve('fine')).mockRejectedValueOnce(new Error('away'));
    const ask = remembered(60_000, look);
    await expect(ask()).rejects.toThrow('away');
    expect(await ask()).toBe('fine');
  });
});

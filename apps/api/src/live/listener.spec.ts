import { gate } from '../../../../tests/support/until.js';
import { Follower } from './listener.js';

it('reads no further until the client has taken what it was sent', async () => {
  const [asked, taken] = [gate(), gate()];
  const sent: number[] = [];
  const follower = new Follower<number>(
    {
      read: async (after, limit) =>
        Array.from({ length: Math.min(limit, 250 - after) }, (_, index) => after + index + 1).map((number) => ({
          number,
          item: number,
        })),
      send: (item) => sent.push(item),
      taken: () => {
        asked.open();
        return taken.opened;
      },
    },
    0,
    () => true,
  );
  const looking = follower.look();
  await asked.opened;
  await follower.look();
  expect(sent).toHaveLength(100);
  taken.open();
  await looking;
  expect(sent).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
});

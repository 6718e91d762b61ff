import { Admission } from './admission.js';

const [A, B, C] = [{}, {}, {}];

/** Enters, and notes it when it is let in. */
function row(room = 100) {
  const letIn: object[] = [];
  let made = 0;
  const admission = new Admission(room, () => made++);
  const enter = (ticket: object, bytes: number) => void admission.enter(ticket, bytes).then(() => letIn.push(ticket));
  const isIn = async () => {
    await new Promise(setImmediate);
    return letIn;
  };
  return { admission, enter, isIn, timesMade: () => made };
}

it('lets small ones in together, as long as there is room', async () => {
  const { enter, isIn, admission } = row();
  enter(A, 40);
  enter(B, 40);
  enter(C, 40);
  expect(await isIn()).toEqual([A, B]);
  admission.leave(A);
  expect(await isIn()).toEqual([A, B, C]);
});

it('lets a large one in when it is alone, and nobody passes it', async () => {
  const { enter, isIn, admission, timesMade } = row();
  enter(A, 10);
  enter(B, 500);
  enter(C, 10);
  expect(await isIn()).toEqual([A]);
  expect(timesMade()).toBe(0);
  admission.leave(A);
  expect(await isIn()).toEqual([A, B]);
  expect(timesMade()).toBe(1);
  admission.leave(B);
  expect(await isIn()).toEqual([A, B, C]);
});

it('ends the waiting of who leaves, and keeps no place for them', async () => {
  const { enter, isIn, admission } = row();
  enter(A, 90);
  enter(B, 90);
  enter(C, 90);
  admission.leave(B);
  expect(await isIn()).toEqual([A, B]);
  admission.leave(A);
  expect(await isIn()).toEqual([A, B, C]);
});

it('ends all waiting when it closes', async () => {
  const { enter, isIn, admission } = row();
  enter(A, 90);
  enter(B, 90);
  admission.close();
  expect(await isIn()).toEqual([A, B]);
});

it('does not make somebody wait for what they have themselves', async () => {
  const { enter, isIn } = row();
  enter(A, 90);
  enter(A, 300);
  expect(await isIn()).toEqual([A, A]);
});

it('lets nobody who takes nothing begin beside a large one', async () => {
  const { enter, isIn, admission } = row();
  enter(A, 0);
  enter(B, 500);
  enter(C, 0);
  expect(await isIn()).toEqual([A, B]);
  admission.leave(B);
  expect(await isIn()).toEqual([A, B, C]);
});

it('gives again what has been given to who begins anew, whoever waits; who waits for more gives it back', async () => {
  const { enter, isIn, admission } = row();
  enter(A, 50);
  enter(B, 500);
  expect(admission.tryEnter(A, 50)).toBe(true);
  expect(admission.tryEnter(A, 60)).toBe(false);
  enter(A, 60);
  expect(await isIn()).toEqual([A, B]);
  expect(admission.tryEnter(B, 600)).toBe(true);
  admission.leave(B);
  expect(await isIn()).toEqual([A, B, A]);
});

it('tells who would have to wait', async () => {
  const { enter, isIn, admission } = row();
  expect(admission.tryEnter(A, 90)).toBe(true);
  expect(admission.tryEnter(A, 300)).toBe(true);
  expect(admission.tryEnter(A, 200)).toBe(true);
  expect(admission.tryEnter(B, 1)).toBe(false);
  admission.leave(A);
  expect(admission.tryEnter(B, 1)).toBe(true);
  enter(C, 500);
  // There is room, but somebody waits for more of it.
  expect(admission.tryEnter(A, 1)).toBe(false);
  expect(admission.tryEnter(B, 1)).toBe(true);
  expect(await isIn()).toEqual([]);
});

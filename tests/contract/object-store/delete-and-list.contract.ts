import { keysBelow, type Subject } from './support.js';

/** How the server finds and removes what is there. */
export function deleteAndListContract(subject: Subject): void {
  describe('delete and list', () => {
    it('deletes, and does not mind what is not there', async () => {
      await subject.save(`${subject.folder}/a`, Buffer.from('a'));
      await subject.save(`${subject.folder}/deep/er/b`, Buffer.from('b'));
      await subject.store.delete([`${subject.folder}/a`, `${subject.folder}/deep/er/b`, `${subject.folder}/none`]);
      await subject.store.delete([]);
      expect(await subject.store.head(`${subject.folder}/a`)).toBeNull();
      expect(await keysBelow(subject.store, subject.folder)).toEqual([]);
    });

    it('lists what begins with a prefix, in order of the keys', async () => {
      const names = ['a', 'a-b', 'a.b', 'ab/c', 'b-1', 'b/1', 'b/2', 'b0'];
      for (const name of names) await subject.save(`${subject.folder}/${name}`, Buffer.from(name));
      expect(await keysBelow(subject.store, `${subject.folder}/`)).toEqual(
        names.toSorted().map((name) => `${subject.folder}/${name}`),
      );
      expect(await keysBelow(subject.store, `${subject.folder}/b/`)).toEqual([
        `${subject.folder}/b/1`,
        `${subject.folder}/b/2`,
      ]);
      expect(await keysBelow(subject.store, `${subject.folder}/a`)).toEqual(
        ['a', 'a-b', 'a.b', 'ab/c'].map((name) => `${subject.folder}/${name}`),
      );
      expect(await keysBelow(subject.store, `${subject.folder}/c`)).toEqual([]);
      for await (const { size, lastModified } of subject.store.list(`${subject.folder}/b/1`)) {
        expect(size).toBe(3);
        expect(Math.abs(Date.now() - Number(lastModified))).toBeLessThan(60_000);
      }
    });

    it('lists and deletes more than a page of them', async () => {
      const keys = Array.from({ length: 1005 }, (_, index) => `${subject.folder}/${String(index).padStart(4, '0')}`);
      const left = [...keys];
      const worker = async () => {
        for (let key = left.pop(); key; key = left.pop()) await subject.save(key, Buffer.from('x'));
      };
      await Promise.all(Array.from({ length: 16 }, worker));
      expect(await keysBelow(subject.store, `${subject.folder}/`)).toEqual(keys);
      await subject.store.delete(keys);
      expect(await keysBelow(subject.store, `${subject.folder}/`)).toEqual([]);
    });
  });
}

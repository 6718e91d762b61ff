import { randomUUID } from 'node:crypto';
import { InvalidObjectKeyError } from '#libs/storage/object-key.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { deleteAndListContract } from './object-store/delete-and-list.contract.js';
import { multipartContract } from './object-store/multipart.contract.js';
import { signedGetContract } from './object-store/signed-get.contract.js';
import { signedPutContract } from './object-store/signed-put.contract.js';
import { PNG, type Subject } from './object-store/support.js';
import { writeAndReadContract } from './object-store/write-and-read.contract.js';

export interface StoreUnderTest {
  store: ObjectStore;
  /** Ends what the store needs to run. */
  close: () => Promise<void>;
}

/** What every object store has to do, over real HTTP where clients use it so. */
export function objectStoreContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`object store contract: ${name}`, () => {
    let store: ObjectStore;
    let close: () => Promise<void>;
    let folder: string;
    const subject: Subject = {
      get store() {
        return store;
      },
      get folder() {
        return folder;
      },
      save: (key, bytes, contentType = 'text/plain') => store.write(key, bytes, { contentType, size: bytes.length }),
    };

    beforeAll(async () => {
      ({ store, close } = await makeStore());
    });
    afterAll(() => close());
    beforeEach(() => {
      folder = `contract/${randomUUID()}`;
    });

    signedPutContract(subject);
    signedGetContract(subject);
    multipartContract(subject);
    writeAndReadContract(subject);
    deleteAndListContract(subject);

    it.each(['', '/', 'a//b', '/a', 'a/', '../a', 'a/../b', 'a/./b', '.', 'a b', 'ä', 'a\\b', 'a\0b', 'a%2fb', 'a?b'])(
      'refuses %j as a key',
      async (key) => {
        const sent = { ...PNG, key, size: 1, filename: 'a', disposition: 'inline' } as const;
        const refusal = { name: InvalidObjectKeyError.name };
        await expect(store.presignPut(sent)).rejects.toMatchObject(refusal);
        await expect(store.presignGet(sent)).rejects.toMatchObject(refusal);
        await expect(store.multipart.begin(key, 'text/plain')).rejects.toMatchObject(refusal);
        await expect(store.head(key)).rejects.toMatchObject(refusal);
        await expect(store.read(key)).rejects.toMatchObject(refusal);
        await expect(subject.save(key, Buffer.from('x'))).rejects.toMatchObject(refusal);
        await expect(store.delete([key])).rejects.toMatchObject(refusal);
      },
    );

    it('says that it can be used', async () => {
      await expect(store.check()).resolves.toBeUndefined();
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}

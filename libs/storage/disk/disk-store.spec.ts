import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { streamOf } from '../../../tests/contract/object-store/support.js';
import { objectStoreContract } from '../../../tests/contract/object-store.contract.js';
import { handleDiskRequest } from './disk-door.js';
import { DiskObjectStore } from './disk-store.js';
import { StoreUnavailableError } from '../object-store.js';
import { ObjectBusyError, ObjectChecksumError, ObjectExistsError, ObjectSizeError } from '../put-errors.js';

const SECRET = 'a secret of more than thirty-two characters';
const newRoot = () => mkdtemp(join(tmpdir(), 'disk-store-'));

/** Port of a server that listens. */
function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the server does not listen');
  return address.port;
}

objectStoreContract('disk', async () => {
  const root = await newRoot();
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const store = new DiskObjectStore({ root, publicUrl: `http://127.0.0.1:${portOf(server)}/`, secret: SECRET });
  server.on('request', (request, response) => void handleDiskRequest(store, request, response));
  return {
    store,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await rm(root, { recursive: true });
    },
  };
});

describe('DiskObjectStore', () => {
  let root: string;
  let store: DiskObjectStore;
  const bytes = Buffer.from('0123456789');
  const grant = { key: 'a/b/c', contentType: 'text/plain', size: bytes.length };
  const tempFiles = () => readdir(join(root, 'tmp'));
  const save = (key: string) => store.write(key, bytes, grant);

  beforeEach(async () => {
    root = await newRoot();
    store = new DiskObjectStore({ root, publicUrl: 'http://localhost', secret: SECRET });
  });
  afterEach(() => rm(root, { recursive: true }));

  it('keeps an object as a plain file at its key, and what is known of it beside', async () => {
    await save('a/b/c');
    expect(await readFile(join(root, 'data/a/b/c'))).toEqual(bytes);
    expect(JSON.parse(await readFile(join(root, 'meta/a/b/c.json'), 'utf8'))).toEqual({
      contentType: 'text/plain',
      sha256: '84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882',
      size: 10,
    });
    expect(await store.open('a/b/c')).toMatchObject({ path: join(root, 'data/a/b/c'), size: 10 });
    expect(await tempFiles()).toEqual([]);
  });

  it('knows the hash of everything, whoever wrote it', async () => {
    await store.acceptPut(grant, Readable.from([bytes]));
    await save('written');
    const { sha256 } = (await store.head('written')) ?? {};
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await store.head('a/b/c')).toMatchObject({ sha256 });
  });

  it('serves a file that somebody put there by hand, without a type or hash', async () => {
    await mkdir(join(root, 'data'), { recursive: true });
    await writeFile(join(root, 'data/by-hand'), bytes);
    expect(await store.head('by-hand')).toMatchObject({ size: 10, contentType: 'application/octet-stream' });
    expect((await store.head('by-hand'))?.sha256).toBeUndefined();
  });

  it('does not take a record for that of other bytes', async () => {
    await save('a');
    await writeFile(join(root, 'data/a'), 'shorter');
    expect((await store.head('a'))?.sha256).toBeUndefined();
    await writeFile(join(root, 'meta/a.json'), '{"contentType":');
    expect(await store.head('a')).toMatchObject({ contentType: 'application/octet-stream' });
  });

  it('takes no folder for an object', async () => {
    await save('a/b/c');
    expect(await store.head('a/b')).toBeNull();
    expect(await store.head('a/b/c/d')).toBeNull();
    await expect(store.read('a/b')).rejects.toMatchObject({ name: 'ObjectNotFoundError' });
  });

  it('removes the folders that a delete has emptied, and no others', async () => {
    await save('a/b/c');
    await save('a/d');
    await store.delete(['a/b/c']);
    expect(await readdir(join(root, 'data/a'))).toEqual(['d']);
    await store.delete(['a/d']);
    expect([await readdir(join(root, 'data')), await readdir(join(root, 'meta'))]).toEqual([[], []]);
  });

  it('writes into folders that are being pruned at the same time', async () => {
    const rounds = Array.from({ length: 100 }, (_, round) => round);
    const writeAndDelete = async (name: string) => {
      for (const round of rounds) {
        await save(`x/y/${name}${round}`);
        await store.delete([`x/y/${name}${round}`]);
      }
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(writeAndDelete));
    expect(await readdir(join(root, 'data'))).toEqual([]);
  });

  describe('acceptPut', () => {
    it.each([
      ['too few bytes', { ...grant, size: 11 }, ObjectSizeError],
      ['too many bytes', { ...grant, size: 9 }, ObjectSizeError],
      ['another hash', { ...grant, sha256: 'ab'.repeat(32) }, ObjectChecksumError],
    ])('refuses %s and keeps nothing', async (_, wanted, error) => {
      await expect(store.acceptPut(wanted, Readable.from([bytes]))).rejects.toThrow(error);
      expect(await store.head('a/b/c')).toBeNull();
      expect(await tempFiles()).toEqual([]);
      await store.acceptPut(grant, Readable.from([bytes]));
    });

    it('takes a hash in capitals for what it is', async () => {
      const sha256 = '84D89877F0D4041EFB6BF91A16F0248F2FD573E6AF05C19F96BEDB9F882F7882';
      await store.acceptPut({ ...grant, sha256 }, Readable.from([bytes]));
      expect(await store.head('a/b/c')).toMatchObject({ sha256: sha256.toLowerCase() });
    });

    it('does not overwrite, not even what arrived while the bytes came in', async () => {
      const slow = new Readable({ read: () => undefined });
      const second = store.acceptPut(grant, slow);
      slow.push(bytes.subarray(0, 5));
      while ((await tempFiles().catch(() => [])).length === 0) await new Promise(setImmediate);
      await store.acceptPut(grant, Readable.from([Buffer.from('the first!')]));
      slow.push(bytes.subarray(5));
      slow.push(null);
      await expect(second).rejects.toThrow(ObjectExistsError);
      await expect(store.acceptPut(grant, Readable.from([bytes]))).rejects.toThrow(ObjectExistsError);
      expect((await buffer(await store.read('a/b/c'))).toString()).toBe('the first!');
      expect(await tempFiles()).toEqual([]);
    });

    it('does not overwrite a file that somebody puts there by hand meanwhile, and makes no record of it', async () => {
      const slow = new Readable({ read: () => undefined });
      const upload = store.acceptPut(grant, slow);
      while ((await tempFiles().catch(() => [])).length === 0) await new Promise(setImmediate);
      await mkdir(join(root, 'data/a/b'), { recursive: true });
      await writeFile(join(root, 'data/a/b/c'), 'by hand');
      slow.push(bytes);
      slow.push(null);
      await expect(upload).rejects.toThrow(ObjectExistsError);
      expect(await readFile(join(root, 'data/a/b/c'), 'utf8')).toBe('by hand');
      expect(await readdir(join(root, 'meta'))).toEqual([]);
    });

    it('leaves nothing when the client goes away', async () => {
      await expect(store.acceptPut({ ...grant, size: 9_000_000 }, streamOf(9_000_000, 5_000_000))).rejects.toThrow(
        'the source broke',
      );
      expect(await store.head('a/b/c')).toBeNull();
      expect(await tempFiles()).toEqual([]);
    });

    it('leaves a refused body readable', async () => {
      const body = streamOf(1_000_000);
      await expect(store.acceptPut(grant, body)).rejects.toThrow(ObjectSizeError);
      expect(body.destroyed).toBe(false);
    });

    it('gets over an upload that died between record and bytes', async () => {
      await mkdir(join(root, 'meta/a/b'), { recursive: true });
      await writeFile(join(root, 'meta/a/b/c.json'), '{}');
      await expect(store.acceptPut(grant, Readable.from([bytes]))).rejects.toThrow(ObjectBusyError);
      const longAgo = Date.now() / 1000 - 61;
      await utimes(join(root, 'meta/a/b/c.json'), longAgo, longAgo);
      await store.acceptPut(grant, Readable.from([bytes]));
      expect(await store.head('a/b/c')).toMatchObject({ size: 10, contentType: 'text/plain' });
    });
  });

  it('sweeps temporary files that nobody has written to for long', async () => {
    await save('a');
    const [old, fresh] = [join(root, 'tmp/old'), join(root, 'tmp/fresh')];
    await writeFile(old, 'x');
    await writeFile(fresh, 'x');
    await utimes(old, Date.now() / 1000 - 3600, Date.now() / 1000 - 3600);
    expect(await store.sweepTemp(60_000)).toBe(1);
    expect(await tempFiles()).toEqual(['fresh']);
  });

  it('says that it is away when its folder cannot be used', async () => {
    await writeFile(join(root, 'tmp'), 'in the way');
    const away = { name: 'StoreUnavailableError', cause: expect.objectContaining({ code: expect.any(String) }) };
    await expect(store.check()).rejects.toMatchObject(away);
    await expect(save('a')).rejects.toMatchObject(away);
    await expect(store.acceptPut(grant, Readable.from([bytes]))).rejects.toThrow(StoreUnavailableError);
    expect(await store.head('a')).toBeNull();
  });
});

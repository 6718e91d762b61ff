import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { claim } from './claim.js';
import { isAbsent, onDisk } from './disk-errors.js';
import { DiskLayout, statFile, syncFolder, type DiskMeta } from './layout.js';
import { DiskMultipart } from './multipart.js';
import { signDiskGrant, verifyDiskGrant, type DiskGrant } from './disk-signature.js';
import { sweep, withTempFile } from './temp-file.js';
import { walk } from './walk.js';
import { assertObjectKey } from '../object-key.js';
import {
  ObjectNotFoundError,
  type ByteRange,
  type GetGrant,
  type ObjectHead,
  type ObjectStore,
  type ObjectSummary,
  type PutGrant,
  type SignedRequest,
  type WriteOptions,
} from '../object-store.js';
import { ObjectChecksumError, ObjectExistsError } from '../put-errors.js';

/** Path of the door below PUBLIC_URL; the key follows. */
export const DISK_OBJECTS_PATH = '/objects/';

export interface DiskStoreOptions {
  /** Absolute. */
  root: string;
  /** Where clients reach the door: what precedes `/objects/…`. */
  publicUrl: string;
  /** Signs the URLs. */
  secret: string;
}

export interface StoredFile extends ObjectHead {
  /** Absolute path of the bytes; read only. */
  path: string;
}

/** Objects as plain files below one folder; clients reach them by signed URLs through handleDiskRequest. */
export class DiskObjectStore implements ObjectStore {
  readonly kind = 'disk';
  readonly multipart: DiskMultipart;
  private readonly layout: DiskLayout;

  constructor(private readonly options: DiskStoreOptions) {
    this.layout = new DiskLayout(options.root);
    this.multipart = new DiskMultipart({
      layout: this.layout,
      claim: (key, file, contentType) => this.claim(key, file, contentType),
      sign: (grant) => this.sign(grant),
      exists: async (key) => (await this.head(key)) !== null,
    });
  }

  /** The folder whose files are the objects, each at its key. */
  get dataFolder(): string {
    return this.layout.data;
  }

  async presignPut(grant: PutGrant): Promise<SignedRequest> {
    const { key, contentType, size, sha256 } = grant;
    const expiresAt = expiry(grant.expiresInSeconds);
    const url = this.sign({ method: 'PUT', key, contentType, size, sha256, expiresAt });
    return { method: 'PUT', url, headers: { 'content-type': contentType }, expiresAt };
  }

  async presignGet(grant: GetGrant): Promise<string> {
    const { key, contentType, filename, disposition } = grant;
    const expiresAt = expiry(grant.expiresInSeconds);
    return this.sign({ method: 'GET', key, contentType, filename, disposition, expiresAt });
  }

  private sign(grant: DiskGrant): string {
    assertObjectKey(grant.key);
    const base = this.options.publicUrl.replace(/\/+$/, '');
    return `${base}${DISK_OBJECTS_PATH}${grant.key}?${signDiskGrant(this.options.secret, grant)}`;
  }

  /** @throws DiskUrlError */
  verify(method: 'GET' | 'HEAD' | 'PUT', key: string, parameters: URLSearchParams): DiskGrant {
    return verifyDiskGrant(this.options.secret, { method, key, parameters });
  }

  /** The file of an object, for who serves it himself; null when there is no such object. */
  async open(key: string): Promise<StoredFile | null> {
    const path = this.layout.dataPath(key);
    return onDisk('an object cannot be read', async () => {
      const found = await statFile(path);
      if (!found) return null;
      const meta = await this.layout.readMeta(key, found.size);
      const contentType = meta?.contentType ?? 'application/octet-stream';
      return { key, path, size: found.size, lastModified: found.mtime, contentType, sha256: meta?.sha256 };
    });
  }

  async head(key: string): Promise<ObjectHead | null> {
    const file = await this.open(key);
    if (!file) return null;
    const { path: _path, ...head } = file;
    return head;
  }

  async read(key: string, range?: ByteRange, signal?: AbortSignal): Promise<Readable> {
    signal?.throwIfAborted();
    const path = this.layout.dataPath(key);
    return onDisk('an object cannot be read', async () => {
      if (!(await statFile(path))) throw new ObjectNotFoundError(key);
      const file = await open(path, 'r').catch((error: unknown) => {
        throw isAbsent(error) ? new ObjectNotFoundError(key) : error;
      });
      return file.createReadStream({ ...range, signal });
    });
  }

  async write(
    key: string,
    body: Readable | Buffer,
    { contentType, size: wanted, signal }: WriteOptions,
  ): Promise<void> {
    const target = this.layout.dataPath(key);
    const options = { size: wanted, durable: true, signal };
    await withTempFile(this.layout.newTempPath(), body, options, ({ path, digest: sha256, size }) =>
      this.withMetaFile({ contentType, sha256, size }, (metaFile) =>
        onDisk('an object cannot be written', async () => {
          signal?.throwIfAborted();
          await this.layout.replace(metaFile, this.layout.metaPath(key));
          await this.layout.replace(path, target);
          await syncFolder(dirname(target));
        }),
      ),
    );
  }

  /**
   * Takes the body of a PUT to a signed URL. The object appears whole or not at all and never in the place of another.
   * The body is left as it is when it is refused, so that it can still be answered.
   * @throws ObjectSizeError, ObjectChecksumError, ObjectExistsError, ObjectBusyError, StoreUnavailableError, or what the
   * body threw
   */
  async acceptPut(grant: Omit<PutGrant, 'expiresInSeconds'>, body: Readable): Promise<{ sha256: string }> {
    const { key, contentType, size } = grant;
    if (await this.head(key)) throw new ObjectExistsError(key);
    const options = { size, durable: true };
    return withTempFile(this.layout.newTempPath(), body, options, async ({ path, digest: sha256 }) => {
      if (grant.sha256 && grant.sha256.toLowerCase() !== sha256) throw new ObjectChecksumError(grant.sha256, sha256);
      await this.claim(key, { path, sha256, size }, contentType);
      return { sha256 };
    });
  }

  private claim(key: string, { path, ...hashed }: Omit<DiskMeta, 'contentType'> & { path: string }, type: string) {
    return this.withMetaFile({ contentType: type, ...hashed }, (metaFile) =>
      onDisk('an object cannot be written', () => claim(this.layout, key, { bytes: path, meta: metaFile })),
    );
  }

  private withMetaFile<T>(meta: DiskMeta, work: (path: string) => Promise<T>): Promise<T> {
    const bytes = Buffer.from(JSON.stringify(meta));
    // Not worth a wait for the disk: an object whose record a power cut has spoilt is still whole.
    const options = { size: bytes.length, durable: false };
    return withTempFile(this.layout.newTempPath(), bytes, options, ({ path }) => work(path));
  }

  async delete(keys: readonly string[]): Promise<void> {
    keys.forEach(assertObjectKey);
    await onDisk('an object cannot be deleted', async () => {
      for (const key of keys) {
        await this.layout.remove(this.layout.dataPath(key));
        await this.layout.remove(this.layout.metaPath(key));
      }
    });
  }

  async *list(prefix: string): AsyncGenerator<ObjectSummary> {
    const objects = walk(this.layout.data, prefix);
    for (;;) {
      const next = await onDisk('the objects cannot be listed', () => objects.next());
      if (next.done) return;
      yield next.value;
    }
  }

  /** Writes, reads and removes a few bytes. */
  async check(): Promise<void> {
    const probe = Buffer.from('check');
    await withTempFile(this.layout.newTempPath(), probe, { size: probe.length, durable: true }, ({ path }) =>
      onDisk('the object folder cannot be read', async () => {
        await stat(path);
      }),
    );
  }

  /** Removes what uploads that died have left; says how many files it was. */
  sweepTemp(olderThanMs: number): Promise<number> {
    return onDisk('the temporary folder cannot be swept', () => sweep(this.layout.temp, olderThanMs));
  }
}

const expiry = (inSeconds: number) => new Date(Math.floor(Date.now() / 1000 + inSeconds) * 1000);

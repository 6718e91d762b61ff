import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { isAbsent, onDisk } from './disk-errors.js';
import type { DiskGrant } from './disk-signature.js';
import {
  MultipartEndedError,
  PartsChangedError,
  type Multipart,
  type MultipartStore,
  type PartGrant,
  type StoredPart,
} from '../multipart.js';
import type { SignedRequest } from '../object-store.js';
import { ObjectChecksumError, ObjectExistsError } from '../put-errors.js';
import { statFile, syncFolder, type DiskLayout } from './layout.js';
import { withTempFile } from './temp-file.js';
import { walk } from './walk.js';

export type PartPut = Extract<DiskGrant, { part: object }>;

/** Beside the parts of a multipart: what the object is to be, and that somebody has begun it. */
const RECORD = 'begun.json';
/** As many as S3 lists at once. */
const PAGE = 1000;

export interface DiskMultipartParts {
  layout: DiskLayout;
  /** Gives a file with these bytes the key, unless it is taken. */
  claim: (key: string, file: { path: string; sha256: string; size: number }, contentType: string) => Promise<void>;
  sign: (grant: PartPut) => string;
  exists: (key: string) => Promise<boolean>;
}

/** Parts as files in a folder of their upload, each with its number as its name. */
export class DiskMultipart implements MultipartStore {
  constructor(private readonly disk: DiskMultipartParts) {}

  begin(key: string, contentType: string): Promise<string> {
    const id = randomUUID();
    return onDisk('an upload in parts cannot be begun', async () => {
      const folder = this.folder({ key, id });
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, RECORD), JSON.stringify({ contentType }), { flush: true });
      await syncFolder(folder);
      return id;
    });
  }

  async presignPart({ key, id, number, size, md5, expiresInSeconds }: PartGrant): Promise<SignedRequest> {
    const expiresAt = new Date(Math.floor(Date.now() / 1000 + expiresInSeconds) * 1000);
    const url = this.disk.sign({ method: 'PUT', key, part: { id, number }, size, md5, expiresAt });
    const headers: Record<string, string> = md5 ? { 'content-md5': Buffer.from(md5, 'hex').toString('base64') } : {};
    return { method: 'PUT', url, headers, expiresAt };
  }

  /**
   * Takes the body of a PUT to the URL of a part: it is there whole or not at all.
   * @returns its entity tag
   * @throws MultipartEndedError, ObjectSizeError, ObjectChecksumError, StoreUnavailableError, or what the body threw
   */
  async acceptPart({ key, part: { id, number }, size, md5 }: PartPut, body: Readable): Promise<string> {
    const folder = this.folder({ key, id });
    if (!(await this.recordOf(folder))) throw new MultipartEndedError(key);
    const options = { size, durable: true, algorithm: 'md5' } as const;
    return withTempFile(this.disk.layout.newTempPath(), body, options, async ({ path, digest }) => {
      if (md5 && md5 !== digest) throw new ObjectChecksumError(md5, digest, 'MD5');
      await onDisk('a part cannot be written', async () => {
        // Into a folder that is gone when the upload has ended meanwhile: then there is nothing to be part of.
        await rename(path, join(folder, String(number))).catch((error: unknown) => {
          throw isAbsent(error) ? new MultipartEndedError(key) : error;
        });
        await syncFolder(folder);
      });
      return (await this.partIn(folder, number))?.etag ?? '';
    });
  }

  async parts(multipart: Multipart, after = 0): Promise<StoredPart[] | null> {
    const folder = this.folder(multipart);
    return onDisk('parts cannot be listed', async () => {
      if (!(await this.recordOf(folder))) return null;
      const names = await namesIn(folder);
      const next = names.flatMap((name) => (/^\d{1,5}$/.test(name) && Number(name) > after ? [Number(name)] : []));
      const found: StoredPart[] = [];
      for (const number of next.sort((a, b) => a - b).slice(0, PAGE)) {
        const part = await this.partIn(folder, number);
        if (part) found.push(part);
      }
      return found;
    });
  }

  /** The bytes are copied, and hashed on the way: the parts stay until the object is there. */
  async complete(multipart: Multipart, parts: readonly StoredPart[]): Promise<void> {
    const { key } = multipart;
    const folder = this.folder(multipart);
    const record = await onDisk('parts cannot be put together', () => this.recordOf(folder));
    const isDone = await this.disk.exists(key);
    if (!record && !isDone) throw new MultipartEndedError(key);
    if (record && !isDone) await this.assemble(multipart, parts, record.contentType);
    await this.abort(multipart);
  }

  private async assemble(multipart: Multipart, parts: readonly StoredPart[], contentType: string): Promise<void> {
    const folder = this.folder(multipart);
    const options = { size: parts.reduce((sum, { size }) => sum + size, 0), durable: true };
    const partIn = (number: number): Promise<StoredPart | null> => this.partIn(folder, number);
    async function* bytes(): AsyncGenerator<Buffer> {
      for (const { number, etag } of parts) {
        if ((await partIn(number))?.etag !== etag) throw new PartsChangedError(`part ${number} is another one`);
        yield* createReadStream(join(folder, String(number)), { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>;
      }
    }
    try {
      const temp = this.disk.layout.newTempPath();
      await withTempFile(temp, Readable.from(bytes()), options, ({ path, digest: sha256, size }) =>
        this.disk.claim(multipart.key, { path, sha256, size }, contentType),
      );
    } catch (error) {
      // Somebody else was faster: the object is there, of the same parts.
      if (error instanceof ObjectExistsError || (await this.disk.exists(multipart.key))) return;
      // Cancelled or expired while it was read.
      throw isAbsent(error) ? new MultipartEndedError(multipart.key) : error;
    }
  }

  async abort(multipart: Multipart): Promise<void> {
    const folder = this.folder(multipart);
    const { layout } = this.disk;
    await onDisk('an upload in parts cannot be aborted', async () => {
      const doomed = layout.newTempPath();
      await mkdir(layout.temp, { recursive: true });
      // At once for everybody; a part that arrives now finds no folder.
      await rename(folder, doomed).catch((error: unknown) => {
        if (!isAbsent(error)) throw error;
      });
      await rm(doomed, { recursive: true, force: true });
      await layout.remove(folder);
    });
  }

  async *unfinished(prefix: string): AsyncGenerator<Multipart & { begunAt: Date }> {
    for await (const { key: path, lastModified } of walk(this.disk.layout.parts, prefix)) {
      const [id, name] = path.split('/').slice(-2);
      if (name === RECORD && id !== undefined)
        yield { key: path.slice(0, -`/${id}/${name}`.length), id, begunAt: lastModified };
    }
  }

  private folder({ key, id }: Multipart): string {
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new MultipartEndedError(key);
    return this.disk.layout.partsPath(key, id);
  }

  private async recordOf(folder: string): Promise<{ contentType: string } | null> {
    try {
      return JSON.parse(await readFile(join(folder, RECORD), 'utf8')) as { contentType: string };
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  private async partIn(folder: string, number: number): Promise<StoredPart | null> {
    const file = await statFile(join(folder, String(number)));
    if (!file) return null;
    const etag = `"${file.size.toString(16)}-${file.mtimeMs.toString(16)}"`;
    return { number, size: file.size, etag };
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

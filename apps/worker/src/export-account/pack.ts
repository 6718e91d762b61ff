import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Database } from '#libs/database/database.js';
import { ObjectNotFoundError, type ObjectStore } from '#libs/storage/object-store.js';
import { jsonOf, SECTION_NAMES } from './sections.js';

const PAGE = 500;
/** What a zip says of one file, twice, with the longest of names. */
const ENTRY_BYTES = 2_048;

export interface Packed {
  /** Made as it is read. */
  body: Readable;
  /** Bytes. */
  atMost: number;
}

/** Packs all that is kept of an account, in constant memory but for the names of its files. */
export async function pack(
  database: Database,
  store: ObjectStore,
  whose: { userId: string; tenantId: string },
  signal: AbortSignal,
): Promise<Packed> {
  const zip = new ZipFile();
  const body = Readable.from(zip.outputStream as AsyncIterable<Buffer>, { objectMode: false });
  zip.on('error', (error: Error) => body.destroy(error));
  const add = (name: string, compress: boolean, open: () => Promise<Readable>): void =>
    zip.addReadStreamLazy(name, { compress }, (done) => {
      open().then(
        (stream) => done(null, stream),
        (error: unknown) => done(error, Readable.from([])),
      );
    });
  for (const section of SECTION_NAMES)
    add(`${section}.json`, true, () =>
      Promise.resolve(Readable.from(jsonOf(database, section, whose), { objectMode: false })),
    );
  const lost: string[] = [];
  let bytes = 0;
  let files = 0;
  for await (const { id, filename, objectKey, size } of filesOf(database, whose)) {
    const name = `files/${id}/${filename}`;
    add(name, false, () => read(store, objectKey, signal, () => lost.push(name)));
    bytes += Number(size) + ENTRY_BYTES;
    files += 1;
  }
  add('lost-files.json', true, () =>
    Promise.resolve(Readable.from([`${JSON.stringify(lost)}\n`], { objectMode: false })),
  );
  zip.end();
  // What tells of the files is well below this for each of them.
  return { body, atMost: bytes + (files + 10_000) * 64 * 1024 };
}

/** A file that is no longer there is left out, and named: the rest is no less the account's. */
async function read(store: ObjectStore, key: string, signal: AbortSignal, onLost: () => void): Promise<Readable> {
  try {
    return await store.read(key, undefined, signal);
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    onLost();
    return Readable.from([], { objectMode: false });
  }
}

async function* filesOf(database: Database, { userId: ownerId, tenantId }: { userId: string; tenantId: string }) {
  const select = { id: true, filename: true, objectKey: true, size: true } as const;
  for (let last: string | null = null; ;) {
    const where = { ownerId, tenantId, ...(last !== null && { id: { gt: last } }) };
    const rows: { id: string; filename: string; objectKey: string; size: bigint }[] =
      await database.client.asset.findMany({ where, select, orderBy: { id: 'asc' }, take: PAGE });
    yield* rows;
    last = rows.at(-1)?.id ?? null;
    if (rows.length < PAGE || last === null) return;
  }
}

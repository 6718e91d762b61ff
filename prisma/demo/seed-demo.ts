import { createHash, randomBytes } from 'node:crypto';
import bcrypt from 'bcrypt';
import { v7 as uuidv7 } from 'uuid';
import { readSearchPath } from '#libs/config/search-path.js';
import type { Settings } from '#libs/config/settings.js';
import type { Database } from '#libs/database/database.js';
import { findTools } from '#libs/media/ffmpeg/tools.js';
import { kindOf } from '#libs/media/kinds.js';
import { originalKey } from '#libs/storage/keys.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { acceptUpload } from '#libs/uploads/accept-upload.js';
import { makeFiles, type DemoFile } from './files.js';

export const TENANTS = [
  'Harbour Books',
  'North Kiln Pottery',
  'Fern and Field',
  'Lumen Observatory',
  'Old Mill Bakery',
  'Paper Kite Toys',
  'Saltwind Sailing',
  'Tall Pine Cabins',
  'Violet Hour Records',
  'Wren Street School',
];

export interface Seeded {
  /** Addresses to sign in with. */
  owners: string[];
  /** Of all of them, from now on. */
  password: string;
  /** Files that were not there before. */
  made: number;
}

interface Owner {
  id: string;
  tenantId: string;
  email: string;
}

/**
 * Ten tenants with an owner and a handful of real files each, which workers process as any other upload. Run again, it
 * makes what is missing and gives the owners a new password.
 */
export async function seedDemo(database: Database, store: ObjectStore, settings: Settings): Promise<Seeded> {
  const password = randomBytes(12).toString('base64url');
  const passwordHash = await bcrypt.hash(password, settings.BCRYPT_COST);
  const { FFMPEG_PATH: ffmpeg, FFPROBE_PATH: ffprobe } = settings;
  const tools = await findTools({ ffmpeg, ffprobe, searchPath: readSearchPath() });
  const owners: string[] = [];
  let made = 0;
  for (const [index, name] of TENANTS.entries()) {
    const owner = await seedOwner(database, name, passwordHash);
    owners.push(owner.email);
    for (const file of await makeFiles(name, index, tools?.ffmpeg ?? null))
      if (await putFile(database, store, settings, owner, file)) made += 1;
  }
  return { owners, password, made };
}

async function seedOwner(database: Database, name: string, passwordHash: string): Promise<Owner> {
  const slug = name.toLowerCase().replaceAll(' ', '-');
  const email = `owner@${slug}.example`;
  const [found] = await database.client.user.updateManyAndReturn({ where: { email }, data: { passwordHash } });
  if (found) return found;
  const [id, tenantId] = [uuidv7(), uuidv7()];
  const user = { id, email, passwordHash, username: slug.replaceAll('-', '_'), tenantRole: 'OWNER' } as const;
  await database.client.tenant.create({ data: { id: tenantId, name, users: { create: user } } });
  return { id, tenantId, email };
}

/** False when the tenant has a file of that name at that thing. */
async function putFile(
  database: Database,
  store: ObjectStore,
  settings: Settings,
  { id: ownerId, tenantId }: Owner,
  { bytes, mimeType, ...about }: DemoFile,
): Promise<boolean> {
  const { filename, resource, resourceId } = about;
  if (
    await database.client.asset.findFirst({ where: { tenantId, filename, resource, resourceId }, select: { id: true } })
  )
    return false;
  const [id, assetId] = [uuidv7(), uuidv7()];
  const objectKey = originalKey(tenantId, assetId);
  const size = BigInt(bytes.length);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  // As an upload that waits: should this end half way, it expires, and its object goes with it.
  const expiresAt = new Date(Date.now() + 15 * 60_000);
  const promised = { id, assetId, tenantId, ownerId, objectKey, contentType: mimeType, size, sha256, expiresAt };
  const upload = await database.client.upload.create({ data: { ...promised, ...about } });
  await store.write(objectKey, bytes, { contentType: mimeType, size: bytes.length });
  const content = { mimeType, kind: kindOf(mimeType), sha256, size };
  const { JOB_LEASE_SECONDS: leaseSeconds, UPLOAD_DEDUPLICATE: deduplicate } = settings;
  // Nobody is told of the job: the reconciler of whatever worker runs finds it within seconds.
  await database.transaction((tx) => acceptUpload(tx, upload, content, { leaseSeconds, deduplicate }));
  return true;
}

import type { Database } from '#libs/database/database.js';
import type { Upload } from '#libs/database/generated/client.js';
import type { Caller } from '../http/access.js';
import { isUuid } from '../http/uuid.js';
import { Problem } from '../problem/problem.js';

/** An upload of the caller's own. @throws Problem UPLOAD_NOT_FOUND */
export async function findUpload(database: Database, id: string, { tenantId, userId }: Caller): Promise<Upload> {
  const where = { id, tenantId, ownerId: userId };
  const upload = isUuid(id) ? await database.client.upload.findFirst({ where }) : null;
  if (!upload) throw new Problem('UPLOAD_NOT_FOUND', 'There is no such upload of this account.');
  return upload;
}

import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { decodeCursor, toPage, type Page } from '../http/page.js';
import type { ListedUser, UserListQuery } from './user.schema.js';

const LIST = `
  SELECT id, email, username, display_name AS "displayName", role, tenant_id AS "tenantId",
    tenant_role AS "tenantRole", stream_limit AS "streamLimit", created_at AS "createdAt"
  FROM users JOIN profiles ON profiles.user_id = users.id
  WHERE ($1::text IS NULL OR strpos(lower(concat_ws(' ', email, username, display_name)), lower($1)) > 0)
    AND ($2::role IS NULL OR role = $2)
    AND ($3::uuid IS NULL OR tenant_id = $3)
    AND ($4::timestamptz IS NULL OR (created_at, id) < ($4, $5::uuid))
  ORDER BY created_at DESC, id DESC
  LIMIT $6`;

type Row = Omit<ListedUser, 'createdAt'> & { createdAt: Date };

/** Every account of the installation, for its administrators. */
@Injectable()
export class ListUsers {
  constructor(private readonly database: Database) {}

  /** @throws Problem INVALID_CURSOR */
  async run({ search, role, tenantId, limit, cursor }: UserListQuery): Promise<Page<ListedUser>> {
    const position = cursor === undefined ? null : decodeCursor(cursor);
    const filters = [search ?? null, role ?? null, tenantId ?? null];
    const values = [...filters, position?.at ?? null, position?.id ?? null, limit + 1];
    const rows = await this.database.query<Row>('users.list', LIST, values);
    return toPage(
      rows,
      limit,
      ({ createdAt, id }) => ({ at: createdAt, id }),
      (row) => ({ ...row, createdAt: row.createdAt.toISOString() }),
    );
  }
}

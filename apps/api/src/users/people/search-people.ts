import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { Page } from '../../http/page.js';
import { Problem } from '../../problem/problem.js';
import { FindPerson, type Onlooker } from './find-person.js';
import type { PeopleQuery } from './people.schema.js';
import { toPerson, type Person, type PersonRow } from './person.js';

const USERNAME = 'username COLLATE "C"';
const DISPLAY_NAME = 'folded_name(display_name) COLLATE "C"';
/** Where a page begins: after the last one's key, or with what is searched for. */
const FROM = `greatest($2::text COLLATE "C", folded_name($1))`;
/** Begins with $1, and comes after ($2, $3). By code point U+10FFFF comes after all that a name may go on with. */
const BEGINS = (key: string): string => `
  folded_name($1) <> '' AND ${key} >= ${FROM} AND ${key} < folded_name($1) || E'\\U0010FFFF'
  AND (${key}, id) > (${FROM}, $3::uuid)`;
/** As people see each other; blocked people do not, whoever it was. */
const SEEN = `
  ($4::uuid IS NULL OR tenant_id = $4)
  AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = id AND blocked_id = $5)
  AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = $5 AND blocked_id = id)`;

/** Each name by its index (beyond-prisma.sql); who is found by both is found by the username alone. */
const SEARCH = `
  SELECT id, username, display_name AS "displayName", key FROM (
    (SELECT id, username, display_name, ${USERNAME} AS key FROM people
     WHERE ${BEGINS(USERNAME)} AND ${SEEN}
     ORDER BY ${USERNAME} LIMIT $6)
    UNION ALL
    (SELECT id, username, display_name, ${DISPLAY_NAME} AS key FROM people
     WHERE ${BEGINS(DISPLAY_NAME)} AND ${SEEN} AND starts_with(username, folded_name($1)) IS NOT TRUE
     ORDER BY ${DISPLAY_NAME}, id LIMIT $6)
  ) AS found
  ORDER BY key COLLATE "C", id
  LIMIT $6`;

/** Before every id. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Finds people by the beginning of their username or display name, in the order of the alphabet. */
@Injectable()
export class SearchPeople {
  constructor(
    private readonly database: Database,
    private readonly findPerson: FindPerson,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem INVALID_CURSOR */
  async run({ q, limit, cursor }: PeopleQuery, onlooker: Onlooker): Promise<Page<Person>> {
    const [key, id] = cursor === undefined ? [null, FIRST_ID] : decode(cursor);
    const values = [q, key, id, this.findPerson.scopeOf(onlooker), onlooker.userId, limit + 1];
    const rows = await this.database.query<PersonRow & { key: string }>('people.search', SEARCH, values);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map((row) => toPerson(row, this.settings)),
      nextCursor: rows.length > limit && last !== undefined ? encode([last.key, last.id]) : null,
    };
  }
}

/** Where a page ended: by what the last one was found, and their id. */
const position = z.tuple([z.string().refine((key) => !key.includes('\0') && key.isWellFormed()), z.uuid()]);
type Position = z.infer<typeof position>;

const encode = (at: Position): string => Buffer.from(JSON.stringify(at)).toString('base64url');

/** @throws Problem INVALID_CURSOR */
function decode(cursor: string): Position {
  try {
    return position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw new Problem('INVALID_CURSOR', 'Use a nextCursor as it was given, or leave the cursor out.', { cause });
  }
}

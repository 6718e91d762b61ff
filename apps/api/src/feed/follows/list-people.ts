import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { Caller } from '../../http/access.js';
import { decodeCursor, toPage } from '../../http/page.js';
import { Problem } from '../../problem/problem.js';
import { FindPerson } from '../../users/people/find-person.js';
import { toPerson, type PersonRow } from '../../users/people/person.js';
import type { CountedPersonPage, PersonListQuery } from './follow.schema.js';

/** The table of each list, whose it is, and who is in it; each has the index that carries it. */
const LISTS = {
  followers: { table: 'follows', owner: 'followee_id', member: 'follower_id' },
  following: { table: 'follows', owner: 'follower_id', member: 'followee_id' },
  requests: { table: 'follow_requests', owner: 'target_id', member: 'requester_id' },
  blocks: { table: 'blocks', owner: 'blocker_id', member: 'blocked_id' },
} as const;

type ListName = keyof typeof LISTS;

/** Newest first, without those who have blocked whoever looks. */
const listSql = ({ table, owner, member }: (typeof LISTS)[ListName]): string => `
  SELECT p.id, p.username, p.display_name AS "displayName", t.created_at AS "at"
  FROM ${table} t JOIN people p ON p.id = t.${member}
  WHERE t.${owner} = $1
    AND ($2::timestamptz IS NULL OR (t.created_at, t.${member}) < ($2, $3::uuid))
    AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = p.id AND blocked_id = $4)
  ORDER BY t.created_at DESC, t.${member} DESC
  LIMIT $5`;

type Row = PersonRow & { at: Date };

/** Lists who follows whom, newest first. */
@Injectable()
export class ListPeople {
  constructor(
    private readonly database: Database,
    private readonly findPerson: FindPerson,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem USER_NOT_FOUND, FORBIDDEN (a private profile that one does not follow), INVALID_CURSOR */
  async ofProfile(
    list: 'followers' | 'following',
    name: string,
    query: PersonListQuery,
    caller: Caller,
  ): Promise<CountedPersonPage> {
    const person = await this.findPerson.run(name, caller);
    if (!FindPerson.maySeeInside(person, caller))
      throw new Problem('FORBIDDEN', 'This profile is private: only its followers see that.');
    return this.page(list, person.id, query, caller, person[list]);
  }

  /** @throws Problem INVALID_CURSOR */
  async ofOwn(list: 'requests' | 'blocks', query: PersonListQuery, caller: Caller): Promise<CountedPersonPage> {
    const { userId } = caller;
    const total =
      list === 'blocks'
        ? await this.database.client.block.count({ where: { blockerId: userId } })
        : await this.database.client.followRequest.count({ where: { targetId: userId } });
    return this.page(list, userId, query, caller, total);
  }

  private async page(
    list: ListName,
    ownerId: string,
    { limit, cursor }: PersonListQuery,
    { userId }: Caller,
    total: number,
  ): Promise<CountedPersonPage> {
    const position = cursor === undefined ? null : decodeCursor(cursor);
    const values = [ownerId, position?.at ?? null, position?.id ?? null, userId, limit + 1];
    const rows = await this.database.query<Row>(`people.${list}`, listSql(LISTS[list]), values);
    const page = toPage(
      rows,
      limit,
      ({ at, id }) => ({ at, id }),
      (row) => toPerson(row, this.settings),
    );
    return { ...page, total };
  }
}

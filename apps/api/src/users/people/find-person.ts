import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { Caller } from '../../http/access.js';
import { isUuid } from '../../http/uuid.js';
import { Problem } from '../../problem/problem.js';

/** Who looks. */
export type Onlooker = Pick<Caller, 'userId' | 'tenantId'>;

export interface FoundPerson {
  id: string;
  tenantId: string;
  username: string | null;
  displayName: string | null;
  bio: string | null;
  isPrivate: boolean;
  followers: number;
  following: number;
  posts: number;
  createdAt: Date;
  /** What is between the onlooker and them. */
  follows: boolean;
  requested: boolean;
  followsBack: boolean;
  blocks: boolean;
}

// Whoever blocks the onlooker is not there. A username has 32 characters at most, an id 36: never both.
const FIND = `
  SELECT id, tenant_id AS "tenantId", username, display_name AS "displayName", bio, is_private AS "isPrivate",
    follower_count AS followers, follow_count AS following, post_count AS posts, created_at AS "createdAt",
    EXISTS (SELECT FROM follows WHERE follower_id = $1 AND followee_id = id) AS follows,
    EXISTS (SELECT FROM follow_requests WHERE requester_id = $1 AND target_id = id) AS requested,
    EXISTS (SELECT FROM follows WHERE follower_id = id AND followee_id = $1) AS "followsBack",
    EXISTS (SELECT FROM blocks WHERE blocker_id = $1 AND blocked_id = id) AS blocks
  FROM people
  WHERE ($2::uuid IS NULL OR tenant_id = $2)
    AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = id AND blocked_id = $1)`;

/** Finds people as others may see them: across tenants, unless FEED_SCOPE says otherwise. */
@Injectable()
export class FindPerson {
  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param name a username, or an id
   * @throws Problem USER_NOT_FOUND
   */
  async run(name: string, onlooker: Onlooker): Promise<FoundPerson> {
    const scope = this.scopeOf(onlooker);
    const [found] = isUuid(name)
      ? await this.database.query<FoundPerson>('people.by-id', `${FIND} AND id = $3`, [onlooker.userId, scope, name])
      : await this.database.query<FoundPerson>('people.by-name', `${FIND} AND username = $3`, [
          onlooker.userId,
          scope,
          name.toLowerCase(),
        ]);
    if (!found) throw new Problem('USER_NOT_FOUND', 'There is nobody of this name.');
    return found;
  }

  /** Whether the onlooker may see what a private profile shows to followers only. */
  static maySeeInside(person: FoundPerson, { userId }: Onlooker): boolean {
    return !person.isPrivate || person.follows || person.id === userId;
  }

  /** The tenant whose people are all that the onlooker sees; null: everybody's. */
  scopeOf({ tenantId }: Onlooker): string | null {
    return this.settings.FEED_SCOPE === 'tenant' ? tenantId : null;
  }
}

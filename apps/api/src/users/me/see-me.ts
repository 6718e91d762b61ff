import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { avatarUrl } from '../people/person.js';
import type { Onlooker } from '../people/find-person.js';
import { toUserView } from '../user.schema.js';
import type { MeView } from './me.schema.js';

/** The signed-in account, as it sees itself. */
@Injectable()
export class SeeMe {
  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async run({ userId: id, tenantId }: Onlooker): Promise<MeView> {
    const [user, profile] = await Promise.all([
      this.database.client.user.findFirstOrThrow({ where: { id, tenantId } }),
      this.database.client.profile.findFirstOrThrow({ where: { userId: id } }),
    ]);
    const { displayName, bio, isPrivate, avatarAssetId } = profile;
    return {
      ...toUserView(user),
      ...{ displayName, bio, isPrivate, avatarAssetId },
      avatarUrl: avatarUrl(id, this.settings),
    };
  }
}

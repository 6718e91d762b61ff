import { Inject, Injectable } from '@nestjs/common';
import { publicUrl } from '#libs/config/public-url.js';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { PLAIN } from '#libs/media/variant/options.js';
import { versionOf } from '#libs/storage/keys.js';
import { isUuid } from '../../http/uuid.js';
import { ImageUrls } from '../../images/image-urls.js';
import { Problem } from '../../problem/problem.js';
import { AVATAR_SIZES, drawInitials } from './initials.js';

/** Either where the picture is, or the picture itself. */
export type ShownAvatar = { url: string } | { svg: string };

interface Row {
  username: string | null;
  displayName: string | null;
  assetId: string | null;
  previewKey: string | null;
}

const FIND = `
  SELECT p.username, p.display_name AS "displayName", a.id AS "assetId", r.object_key AS "previewKey"
  FROM people p
    LEFT JOIN assets a ON a.id = p.avatar_asset_id AND a.deleted_at IS NULL AND a.status = 'READY'
      AND (a.expires_at IS NULL OR a.expires_at > now())
    LEFT JOIN renditions r ON r.asset_id = a.id AND r.kind = 'preview'
  WHERE p.id = $1`;

/** Finds the picture of a profile: what its owner has chosen, once that is READY, and initials as long as not. */
@Injectable()
export class ShowAvatar {
  constructor(
    private readonly database: Database,
    private readonly urls: ImageUrls,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem USER_NOT_FOUND */
  async run(userId: string, sizeText: string): Promise<ShownAvatar> {
    const size = AVATAR_SIZES.find((one) => String(one) === sizeText);
    const [row] = size && isUuid(userId) ? await this.database.query<Row>('avatar', FIND, [userId]) : [];
    if (!size || !row)
      throw new Problem('USER_NOT_FOUND', `Pictures are at /avatars/:userId/${AVATAR_SIZES.join('|')}.`);
    const { username, displayName, assetId, previewKey } = row;
    if (assetId === null || previewKey === null)
      return { svg: drawInitials(displayName ?? username ?? '', userId, size) };
    const variant = { ...PLAIN, resize: 'fill', width: size, height: size, gravity: 'sm', enlarge: true } as const;
    const options = { variant, expires: null, version: versionOf(previewKey) };
    return { url: `${publicUrl(this.settings)}${this.urls.sign(assetId, options, 'auto')}` };
  }
}

import { clientLanguage } from '../http/client-language.js';
import { deviceOf } from '../http/device.js';
import type { Caller } from '../http/access.js';
import type { Access } from './access-buffer.js';

interface Client {
  userAgent: string | null;
  /** The Accept-Language header. */
  language: string | undefined;
}

/** That somebody was given an asset just now: a download of all of its bytes, or a view, which costs none yet. */
export const accessBy = (
  caller: Pick<Caller, 'userId' | 'tenantRole'> | null,
  { userAgent, language }: Client,
  action: 'view' | 'download',
  asset: { id: string; tenantId: string; size: bigint },
): Access => ({
  action,
  tenantId: asset.tenantId,
  assetId: asset.id,
  userId: caller?.userId ?? null,
  role: caller?.tenantRole ?? 'ANONYMOUS',
  language: clientLanguage(language),
  device: deviceOf(userAgent),
  hits: 1,
  bytes: action === 'download' ? Number(asset.size) : 0,
  milliseconds: 0,
});

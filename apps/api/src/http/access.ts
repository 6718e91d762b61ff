import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { TenantRole } from '#libs/database/generated/client.js';

/**
 * Who may call a route. Every route states it; one that does not stops the start. Of a tenant's members, an owner may
 * do all that an editor may, and an editor all that a viewer may; `admin` is the installation's.
 */
export const ACCESS_LEVELS = ['public', 'viewer', 'editor', 'owner', 'admin'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** What an API key may be good for; `admin` is good for all. */
export const KEY_SCOPES = ['upload', 'read', 'delete', 'admin'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** Who may call a route, and which scope an API key needs there; null: none will do, a person has to sign in. */
export interface AccessRule {
  level: AccessLevel;
  scope: KeyScope | null;
}

/** The scope where a route states none. */
const SCOPE_OF = {
  public: null,
  viewer: 'read',
  editor: 'upload',
  owner: 'admin',
  admin: 'admin',
} as const satisfies Record<AccessLevel, KeyScope | null>;

export const ACCESS = Symbol('access');

/** @param scope what an API key must be good for here; unless stated, what goes with the level */
export function Access(level: AccessLevel, scope?: KeyScope | null): ClassDecorator & MethodDecorator {
  const rule: AccessRule = { level, scope: scope === undefined ? SCOPE_OF[level] : scope };
  if (level === 'public') return SetMetadata(ACCESS, rule);
  return applyDecorators(SetMetadata(ACCESS, rule), ApiBearerAuth(), ApiExtension('x-access', { ...rule }));
}

/** The account on whose behalf a request is made. */
export interface Caller {
  userId: string;
  tenantId: string;
  /** In the installation. */
  role: 'USER' | 'ADMIN';
  tenantRole: TenantRole;
  /** null when an API key asks. */
  sessionId: string | null;
  /** The API key that asks, if one does. */
  key: { id: string; scopes: readonly KeyScope[] } | null;
}

const LEVEL_OF = { VIEWER: 'viewer', EDITOR: 'editor', OWNER: 'owner' } as const satisfies Record<
  TenantRole,
  AccessLevel
>;

/** Whether the caller's role reaches a level, whatever they ask with. */
export function reaches(caller: Pick<Caller, 'role' | 'tenantRole'>, level: AccessLevel): boolean {
  if (level === 'admin') return caller.role === 'ADMIN';
  return ACCESS_LEVELS.indexOf(LEVEL_OF[caller.tenantRole]) >= ACCESS_LEVELS.indexOf(level);
}

/** A request after the guards: `caller` is there on all but public routes. */
export type CallerRequest = FastifyRequest & { caller?: Caller };

export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<CallerRequest>();
  if (!caller) throw new Error('a public route has no caller');
  return caller;
});

/** Where a request comes from, for the audit log and the session list. */
export interface Origin {
  ip: string;
  userAgent: string | null;
  requestId: string;
}

export const RequestOrigin = createParamDecorator((_: unknown, context: ExecutionContext): Origin => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return { ip: request.ip, userAgent: request.headers['user-agent']?.slice(0, 512) ?? null, requestId: request.id };
});

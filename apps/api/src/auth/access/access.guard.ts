import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { TokenExpiredError } from '@nestjs/jwt';
import { AuthGuard } from '@nestjs/passport';
import { confineToTenant } from '#libs/database/wall/tenant-scope.js';
import {
  ACCESS,
  reaches,
  type AccessLevel,
  type AccessRule,
  type Caller,
  type CallerRequest,
} from '../../http/access.js';
import { looksLikeApiKey } from '../../api-keys/api-key-text.js';
import { Problem } from '../../problem/problem.js';
import { RateLimitGuard } from '../../rate-limit/rate-limit.guard.js';
import { KeyCallers } from './key-callers.js';
import { insufficientScope, invalidToken, unauthorized } from '../challenge.js';

/** Who is it, how often, and may he: in this order, so that what is refused counts as well. */
@Injectable()
export class AccessGuard extends AuthGuard('jwt') {
  constructor(
    private readonly reflector: Reflector,
    private readonly rateLimit: RateLimitGuard,
    private readonly keyCallers: KeyCallers,
  ) {
    super();
  }

  /** @throws Problem UNAUTHENTICATED, ACCESS_TOKEN_EXPIRED, FORBIDDEN, INSUFFICIENT_SCOPE, TENANT_SUSPENDED, RATE_LIMITED */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const refusal = await this.refusal(context);
    await this.rateLimit.canActivate(context);
    if (refusal) throw refusal;
    return true;
  }

  override getAuthenticateOptions() {
    return { session: false, property: 'caller' satisfies keyof CallerRequest };
  }

  /** Called by passport's guard with what its strategy found; what is returned becomes request.caller. */
  override handleRequest<Found>(error: unknown, caller: Found | false | null, failure: unknown): Found {
    if (error) throw error instanceof Error ? error : new Error('authentication failed', { cause: error });
    if (caller) return caller;
    throw toProblem(failure);
  }

  private async refusal(context: ExecutionContext): Promise<Problem | null> {
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    // RoutePolicies has refused to start with such a route; this is for what it could not see.
    if (!rule) throw new Error(`${context.getClass().name}.${context.getHandler().name} states no access level`);
    if (rule.level === 'public') return null;
    const request = context.switchToHttp().getRequest<CallerRequest>();
    try {
      const key = apiKeyOf(request.headers.authorization);
      if (key === null) await super.canActivate(context);
      else request.caller = await this.keyCallers.find(key);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
    const { caller } = request;
    if (!caller) return null;
    // Administrators look after every tenant; whoever else asks, and they themselves elsewhere, stays in their own.
    if (rule.level !== 'admin') confineToTenant(caller.tenantId);
    return refusalOf(caller, rule);
  }
}

/** The bearer token, if it is an API key. */
function apiKeyOf(authorization: string | undefined): string | null {
  const [scheme = '', token = ''] = authorization?.split(' ', 2) ?? [];
  return scheme.toLowerCase() === 'bearer' && looksLikeApiKey(token) ? token : null;
}

/** Why a caller may not do what the rule is of, if so: their own role first, then what their key is good for. */
function refusalOf(caller: Caller, { level, scope }: AccessRule): Problem | null {
  if (!reaches(caller, level)) return new Problem('FORBIDDEN', `Only ${WHO[level]} may do that.`);
  if (!caller.key || (scope !== null && (caller.key.scopes.includes(scope) || caller.key.scopes.includes('admin'))))
    return null;
  return insufficientScope(scope);
}

const WHO: Record<AccessLevel, string> = {
  public: 'anybody',
  viewer: 'a member of the tenant',
  editor: 'an owner or editor of the tenant',
  owner: 'an owner of the tenant',
  admin: 'an administrator',
};

/** `failure`: what jsonwebtoken or passport-jwt says; nothing when the session is not live. */
function toProblem(failure: unknown): Problem {
  if (failure instanceof TokenExpiredError)
    return invalidToken('ACCESS_TOKEN_EXPIRED', 'The access token has expired; get a new one at /auth/refresh.');
  if (failure instanceof Error && failure.message === NO_TOKEN)
    return unauthorized('UNAUTHENTICATED', 'Send an access token as Authorization: Bearer <token>.');
  return invalidToken('UNAUTHENTICATED', 'The access token is not valid, or its session has ended; sign in again.');
}

/** passport-jwt's words for a request without a bearer token; such a request gets no error code (RFC 6750, 3.1). */
const NO_TOKEN = 'No auth token';

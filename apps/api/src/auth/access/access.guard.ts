import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { TokenExpiredError } from '@nestjs/jwt';
import { AuthGuard } from '@nestjs/passport';
import { ACCESS, type AccessLevel, type CallerRequest } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { RateLimitGuard } from '../../rate-limit/rate-limit.guard.js';
import { invalidToken, unauthorized } from '../challenge.js';

/** Who is it, how often, and may he: in this order, so that what is refused counts as well. */
@Injectable()
export class AccessGuard extends AuthGuard('jwt') {
  constructor(
    private readonly reflector: Reflector,
    private readonly rateLimit: RateLimitGuard,
  ) {
    super();
  }

  /** @throws Problem UNAUTHENTICATED, ACCESS_TOKEN_EXPIRED, FORBIDDEN, RATE_LIMITED */
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
    const level = this.reflector.getAllAndOverride<AccessLevel | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    // RoutePolicies has refused to start with such a route; this is for what it could not see.
    if (!level) throw new Error(`${context.getClass().name}.${context.getHandler().name} states no access level`);
    if (level === 'public') return null;
    try {
      await super.canActivate(context);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
    const { caller } = context.switchToHttp().getRequest<CallerRequest>();
    if (level === 'admin' && caller?.role !== 'ADMIN')
      return new Problem('FORBIDDEN', 'Only an administrator may do that.');
    return null;
  }
}

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

import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallerRequest } from '../http/access.js';
import { Problem } from '../problem/problem.js';
import { Turnstile } from './turnstile.js';

/**
 * Asked by machines, at a pace that their owners have set, or by players at that of their film: they need no counting,
 * since each has taken a place, and an office that watches behind one address must not look like an attack.
 */
const UNLIMITED = /^\/(health|metrics|playbacks\/[^/?]+\/hls)(\/|\?|$)/;

/**
 * Counts a request against every policy of its route and refuses it when one is used up. Each answer says how much is
 * left, in the fields of draft-ietf-httpapi-ratelimit-headers-11. Called by the access guard, which knows the caller.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  @Inject(Turnstile) private readonly turnstile!: Turnstile;

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    return Promise.resolve(UNLIMITED.test(context.switchToHttp().getRequest<FastifyRequest>().url));
  }

  /** @throws Problem RATE_LIMITED */
  protected override async handleRequest(asked: ThrottlerRequest): Promise<boolean> {
    const { context, limit, ttl, blockDuration, throttler, getTracker } = asked;
    const policy = throttler.name ?? 'default';
    const { req } = this.getRequestResponse(context);
    const tracker = await getTracker(req, context);
    const hit = await this.storageService.increment(tracker, ttl, limit, blockDuration, policy);
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    append(reply, 'RateLimit-Policy', `"${policy}";q=${limit};w=${ttl / 1000}`);
    append(reply, 'RateLimit', `"${policy}";r=${Math.max(0, limit - hit.totalHits)};t=${hit.timeToExpire}`);
    if (hit.isBlocked) {
      const { authorization } = context.switchToHttp().getRequest<CallerRequest>().headers;
      if (policy === 'default' && authorization) this.turnstile.close(authorization, hit.timeToBlockExpire);
      throw tooMany(policy, hit.timeToBlockExpire);
    }
    return true;
  }
}

/** A list, one member a policy (RFC 9651, 3.1). */
function append(reply: FastifyReply, field: string, member: string): void {
  const before = reply.getHeader(field);
  void reply.header(field, before === undefined ? member : `${String(before)}, ${member}`);
}

/** What there is too much of. */
const WHAT: Partial<Record<string, string>> = {
  login: 'attempts to sign in to this account',
  key: 'requests with this API key',
  tenant: 'requests of this tenant',
};

function tooMany(policy: string, seconds: number): Problem {
  const what = WHAT[policy] ?? 'requests';
  return new Problem('RATE_LIMITED', `Too many ${what}; try again in ${seconds} s.`, {
    headers: { 'Retry-After': String(seconds) },
  });
}

import { Injectable, type ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problem/problem.js';

/** Asked by machines, at a pace that their owners have set. */
const UNLIMITED = /^\/(health|metrics)(\/|\?|$)/;

/**
 * Counts a request against every policy of its route and refuses it when one is used up. Each answer says how much is
 * left, in the fields of draft-ietf-httpapi-ratelimit-headers-11. Called by the access guard, which knows the caller.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
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
    if (hit.isBlocked) throw tooMany(policy, hit.timeToBlockExpire);
    return true;
  }
}

/** A list, one member a policy (RFC 9651, 3.1). */
function append(reply: FastifyReply, field: string, member: string): void {
  const before = reply.getHeader(field);
  void reply.header(field, before === undefined ? member : `${String(before)}, ${member}`);
}

function tooMany(policy: string, seconds: number): Problem {
  const what = policy === 'login' ? 'attempts to sign in to this account' : 'requests';
  return new Problem('RATE_LIMITED', `Too many ${what}; try again in ${seconds} s.`, {
    headers: { 'Retry-After': String(seconds) },
  });
}

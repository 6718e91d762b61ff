import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

/** Who may call a route. Every route states it; one that does not stops the start. */
export type AccessLevel = 'public' | 'user' | 'admin';

export const ACCESS = Symbol('access');

export const Access = (level: AccessLevel): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(ACCESS, level), ...(level === 'public' ? [] : [ApiBearerAuth()]));

/** The signed-in account on whose behalf a request is made. */
export interface Caller {
  userId: string;
  tenantId: string;
  sessionId: string;
  role: 'USER' | 'ADMIN';
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

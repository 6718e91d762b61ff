import {
  applyDecorators,
  Inject,
  Injectable,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, map, throwError, type Observable } from 'rxjs';
import { SETTINGS } from '#libs/config/config.module.js';
import { publicUrl } from '#libs/config/public-url.js';
import type { Settings } from '#libs/config/settings.js';
import { Problem } from '../../problem/problem.js';
import type { SignedIn } from '../auth.schema.js';

/** A page of another site cannot send it without being asked for by CORS first, which never allows cookies. */
const HEADER = 'x-session';
const COOKIE = 'media_inbox_refresh';

/**
 * Keeps the refresh token of a page from its scripts: with `X-Session: cookie` it comes, and is shown again, as a cookie
 * that only the browser reads and sends, to /auth/refresh alone and never for another site (RFC 6265bis, 5.6.7).
 */
@Injectable()
class SessionCookieInterceptor implements NestInterceptor {
  private readonly home: URL;

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {
    this.home = new URL(publicUrl(settings));
  }

  intercept(context: ExecutionContext, next: CallHandler<SignedIn | undefined>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest<{ Body?: object }>>();
    if (request.headers[HEADER] !== 'cookie') return next.handle();
    const reply = http.getResponse<FastifyReply>();
    // Before the body is validated: without a cookie it is a token that nobody has.
    if (request.url.split('?', 1)[0]?.endsWith('/auth/refresh'))
      request.body = { refreshToken: readCookie(request.headers.cookie ?? '') };
    return next.handle().pipe(
      map((answer) => this.handOver(answer, reply)),
      catchError((error: unknown) => {
        if (error instanceof Problem && error.status === 401) this.set(reply, '', 0);
        return throwError(() => error);
      }),
    );
  }

  /** Who is signed in gets a cookie, who has signed out loses it. */
  private handOver(answer: SignedIn | undefined, reply: FastifyReply): SignedIn | undefined {
    if (!answer) {
      this.set(reply, '', 0);
      return answer;
    }
    if (answer.refreshToken === null) return answer;
    this.set(reply, answer.refreshToken, this.settings.REFRESH_TOKEN_TTL_SECONDS);
    return { ...answer, refreshToken: null };
  }

  private set(reply: FastifyReply, value: string, maxAge: number): void {
    const { protocol, pathname } = this.home;
    const secure = protocol === 'https:' ? '; Secure' : '';
    const path = `${pathname.replace(/\/$/, '')}/auth/refresh`;
    void reply.header(
      'Set-Cookie',
      `${COOKIE}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`,
    );
  }
}

/** Of a Cookie header (RFC 6265, 4.2.1); '' when it is not there. */
function readCookie(header: string): string {
  const pair = header.split(/; */).find((one) => one.startsWith(`${COOKIE}=`));
  return pair?.slice(COOKIE.length + 1) ?? '';
}

/** The route hands a refresh token out, takes it or ends it; pages may have it kept by the browser. */
export const KeepsRefreshToken = (): MethodDecorator =>
  applyDecorators(
    UseInterceptors(SessionCookieInterceptor),
    ApiHeader({
      name: 'X-Session',
      required: false,
      description: '`cookie`: the refresh token is in an httpOnly cookie instead of the bodies',
    }),
  );

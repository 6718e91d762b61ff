import type { KeyScope } from '../http/access.js';
import type { ProblemCode } from '../problem/codes.js';
import { Problem } from '../problem/problem.js';

type Code = Extract<
  ProblemCode,
  | 'UNAUTHENTICATED'
  | 'ACCESS_TOKEN_EXPIRED'
  | 'INVALID_CREDENTIALS'
  | 'REFRESH_TOKEN_INVALID'
  | 'REFRESH_TOKEN_EXPIRED'
  | 'REFRESH_TOKEN_REUSED'
>;

/** A 401 carries a challenge, whatever it is for (RFC 9110, 15.5.2). */
export const unauthorized = (code: Code, detail: string): Problem =>
  new Problem(code, detail, { headers: { 'WWW-Authenticate': 'Bearer' } });

/** The answer to an access token that will not do (RFC 6750, 3.1). */
export const invalidToken = (code: Code, detail: string): Problem =>
  new Problem(code, detail, { headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } });

/** The answer to an API key that is good for less than is asked of it (RFC 6750, 3.1); null: for no key at all. */
export const insufficientScope = (scope: KeyScope | null): Problem =>
  new Problem(
    'INSUFFICIENT_SCOPE',
    scope === null ? 'No API key may do that; sign in.' : `The API key lacks the scope ${scope}; make one that has it.`,
    {
      headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope"${scope === null ? '' : `, scope="${scope}"`}` },
    },
  );

import type { components } from './generated/schema';

export type ProblemDocument = components['schemas']['Problem'];
export type ProblemCode = ProblemDocument['code'];

/** An answer of the API that says what went wrong (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly document: ProblemDocument,
    /** Seconds after which it is worth to ask again; null where nothing was said. */
    readonly retryAfter: number | null,
  ) {
    super(document.detail);
  }

  get code(): ProblemCode {
    return this.document.code;
  }

  get status(): number {
    return this.document.status;
  }

  /** What is wrong with one field of the request: `email` for `#/email`. */
  ofField(name: string): string | undefined {
    return this.document.errors?.find(({ pointer }) => pointer === `#/${name}`)?.detail;
  }
}

/** Nothing answered: the network is away, or the server is. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

export const hasCode = (error: unknown, ...codes: ProblemCode[]): error is ApiProblem =>
  error instanceof ApiProblem && codes.includes(error.code);

/** What may be different the next time: a request that is wrong stays wrong. */
export const isTransient = (error: unknown): error is Unreachable | ApiProblem =>
  error instanceof Unreachable || (error instanceof ApiProblem && (error.status >= 500 || error.status === 429));

/** The problem that a response is; one that no API of ours has written gets a code all the same. */
export function problemOf(body: unknown, response: Response): ApiProblem {
  const retryAfter = Number(response.headers.get('retry-after') ?? '') || null;
  if (isDocument(body)) return new ApiProblem(body, retryAfter);
  const { status, statusText, url } = response;
  const title = statusText === '' ? `HTTP ${status}` : statusText;
  return new ApiProblem(
    { type: 'about:blank', title, status, detail: title, instance: url, code: 'INTERNAL_ERROR', requestId: '' },
    retryAfter,
  );
}

const isDocument = (body: unknown): body is ProblemDocument =>
  typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;

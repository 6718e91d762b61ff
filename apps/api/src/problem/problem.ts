import { problemCodes, type ProblemCode } from './codes.js';

/** One thing that is wrong with the request; the pointer is a JSON pointer into it (RFC 6901). */
export interface ProblemDetail {
  detail: string;
  pointer: string;
}

export interface ProblemExtras {
  errors?: readonly ProblemDetail[];
  headers?: Readonly<Record<string, string>>;
  /** What the document says besides, for programs (RFC 9457, 3.2). */
  members?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/** Thrown anywhere below a controller to answer with a problem document (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly errors?: readonly ProblemDetail[];
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: ProblemCode,
    /** A sentence for the person at the other end: what happened and what to do. */
    readonly detail: string,
    extras: ProblemExtras = {},
  ) {
    super(detail, { cause: extras.cause });
    this.errors = extras.errors;
    this.headers = extras.headers ?? {};
    this.members = extras.members ?? {};
  }

  get status(): number {
    return problemCodes[this.code].status;
  }
}

export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: ProblemCode;
  errors?: readonly ProblemDetail[];
  requestId: string;
}

/** The last segment of a problem's type, a page of this API about its code. */
export const problemSlug = (code: ProblemCode): string => code.toLowerCase().replaceAll('_', '-');

/** The wire form of a problem; `instance` is the path that was asked for. */
export function toDocument(problem: Problem, instance: string, requestId: string): ProblemDocument {
  return {
    ...problem.members,
    type: `/problems/${problemSlug(problem.code)}`,
    title: problemCodes[problem.code].title,
    status: problem.status,
    detail: problem.detail,
    instance,
    code: problem.code,
    ...(problem.errors && { errors: problem.errors }),
    ...problem.members,
    requestId,
  };
}

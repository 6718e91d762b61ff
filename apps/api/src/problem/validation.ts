import { StandardSchemaValidationPipe } from '@nestjs/common';
import { Problem, type ProblemDetail } from './problem.js';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Validates every @Body, @Query and @Param that names a schema; lists all that is wrong at once. */
export const validationPipe = (): StandardSchemaValidationPipe =>
  new StandardSchemaValidationPipe({ exceptionFactory: (issues) => invalid(issues.map(toDetail)) });

/** One problem for many faults of a request. */
export function invalid(errors: readonly ProblemDetail[]): Problem {
  const first = errors[0];
  const where = first && first.pointer !== '#' ? ` (${first.pointer})` : '';
  const more = errors.length > 1 ? ` and ${errors.length - 1} more` : '';
  return new Problem('VALIDATION_FAILED', `${first?.detail ?? 'The request is not valid'}${where}${more}`, { errors });
}

/** One fault that a schema has found. */
export function toDetail(issue: Issue): ProblemDetail {
  const segments = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  const pointer = segments.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return { detail: issue.message, pointer: `#${pointer}` };
}

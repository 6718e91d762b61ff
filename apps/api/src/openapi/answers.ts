import { applyDecorators, HttpCode, SerializeOptions } from '@nestjs/common';
import { ApiNoContentResponse, ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { problemCodes, type ProblemCode } from '../problem/codes.js';

export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'URI reference of a page about this kind of problem' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What happened and what to do, for a person' }),
    instance: z.string().meta({ description: 'The path that was asked for' }),
    code: z.enum(Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]]),
    errors: z.array(z.object({ detail: z.string(), pointer: z.string() })).optional(),
    requestId: z.string(),
    quota: z.string().optional().meta({ description: 'QUOTA_EXCEEDED: which' }),
    used: z.number().optional().meta({ description: 'QUOTA_EXCEEDED: what the tenant has' }),
    limit: z.number().optional().meta({ description: 'QUOTA_EXCEEDED: what it may have' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document' });

/** One schema says what a route answers: it is sent (unknown members are left out) and documented. */
export const Answers = (status: number, schema: z.ZodType, description = ''): MethodDecorator =>
  applyDecorators(
    HttpCode(status),
    SerializeOptions({ schema }),
    ApiResponse({ status, standardSchema: schema, description }),
  );

export const AnswersNothing = (): MethodDecorator => applyDecorators(HttpCode(204), ApiNoContentResponse());

/** Documents the problems that a route can answer with, besides those that any route can. */
export const Problems = (...codes: ProblemCode[]): MethodDecorator => {
  const byStatus = groupByStatus(codes);
  return applyDecorators(
    ...[...byStatus].map(([status, names]) =>
      ApiResponse({ status, standardSchema: problemSchema, description: names.join(', ') }),
    ),
  );
};

function groupByStatus(codes: readonly ProblemCode[]): Map<number, ProblemCode[]> {
  const groups = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = problemCodes[code];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return groups;
}

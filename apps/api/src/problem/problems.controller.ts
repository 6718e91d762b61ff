import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access } from '../http/access.js';
import { pageOf, type Page } from '../http/page.js';
import { Answers, Problems } from '../openapi/answers.js';
import { problemCodes, type ProblemCode } from './codes.js';
import { Problem, problemSlug } from './problem.js';

const problemTypeSchema = z
  .object({
    type: z.string().meta({ description: 'The `type` of such problems: the address of this description' }),
    code: z.string(),
    status: z.int(),
    title: z.string(),
  })
  .meta({ id: 'ProblemType' });

type ProblemType = z.infer<typeof problemTypeSchema>;

const describe = (code: ProblemCode): ProblemType => ({
  type: `/problems/${problemSlug(code)}`,
  code,
  ...problemCodes[code],
});

const types = (Object.keys(problemCodes) as ProblemCode[]).map(describe);

/** What the `type` of every problem document points to (RFC 9457, 3.1.1). */
@ApiTags('problems')
@Access('public')
@Controller('problems')
export class ProblemsController {
  @Get()
  @ApiOperation({ summary: 'List every problem that the API can answer with' })
  @Answers(200, pageOf('ProblemTypePage', problemTypeSchema))
  list(): Page<ProblemType> {
    return { items: types, nextCursor: null };
  }

  @Get(':slug')
  @ApiOperation({ summary: 'See what a problem’s type means' })
  @Answers(200, problemTypeSchema)
  @Problems('ROUTE_NOT_FOUND')
  get(@Param('slug') slug: string): ProblemType {
    const found = types.find(({ type }) => type === `/problems/${slug}`);
    if (!found) throw new Problem('ROUTE_NOT_FOUND', 'No problem is called so; /problems lists them all.');
    return found;
  }
}

import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../http/access.js';
import type { Page } from '../../http/page.js';
import { Answers, Problems } from '../../openapi/answers.js';
import { peopleQuery, personPageSchema, type PeopleQuery } from './people.schema.js';
import type { Person } from './person.js';
import { SearchPeople } from './search-people.js';

/** Not below /users, where every word may be somebody's name. */
@ApiTags('profiles')
@Access('viewer')
@Controller('people')
export class PeopleController {
  constructor(private readonly searchPeople: SearchPeople) {}

  @Get()
  @ApiOperation({ summary: 'Find people by the beginning of their name, in the order of the alphabet' })
  @Answers(200, personPageSchema)
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  list(@Query({ schema: peopleQuery }) query: PeopleQuery, @CurrentCaller() caller: Caller): Promise<Page<Person>> {
    return this.searchPeople.run(query, caller);
  }
}

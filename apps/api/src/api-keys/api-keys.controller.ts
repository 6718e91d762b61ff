import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../http/access.js';
import { pageOf, type Page } from '../http/page.js';
import { isUuid } from '../http/uuid.js';
import { Idempotent } from '../idempotency/idempotent.interceptor.js';
import { Answers, AnswersNothing, Problems } from '../openapi/answers.js';
import { Problem } from '../problem/problem.js';
import {
  apiKeyListQuery,
  apiKeySchema,
  createApiKeySchema,
  createdApiKeySchema,
  type ApiKeyListQuery,
  type ApiKeyView,
  type CreateApiKeyInput,
  type CreatedApiKey,
} from './api-key.schema.js';
import { CreateApiKey } from './create-api-key.js';
import { ListApiKeys } from './list-api-keys.js';
import { RevokeApiKey } from './revoke-api-key.js';

@ApiTags('api-keys')
@Access('viewer', 'admin')
@Controller('api-keys')
export class ApiKeysController {
  constructor(
    private readonly createApiKey: CreateApiKey,
    private readonly listApiKeys: ListApiKeys,
    private readonly revokeApiKey: RevokeApiKey,
  ) {}

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Make an API key',
    description: 'A key does what its scopes say, and no more than its maker may do at that moment.',
  })
  @Answers(201, createdApiKeySchema)
  @Problems('VALIDATION_FAILED', 'FORBIDDEN')
  create(
    @Body({ schema: createApiKeySchema }) input: CreateApiKeyInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<CreatedApiKey> {
    return this.createApiKey.run(input, caller, origin);
  }

  @Get()
  @ApiOperation({ summary: 'List API keys, newest first: an owner all of the tenant, others their own' })
  @Answers(200, pageOf('ApiKeyPage', apiKeySchema))
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  list(
    @Query({ schema: apiKeyListQuery }) query: ApiKeyListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<ApiKeyView>> {
    return this.listApiKeys.run(query, caller);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revoke an API key: it is refused from now on' })
  @AnswersNothing()
  @Problems('API_KEY_NOT_FOUND')
  async revoke(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<void> {
    if (!isUuid(id)) throw new Problem('API_KEY_NOT_FOUND', 'There is no such API key.');
    await this.revokeApiKey.run(id, caller, origin);
  }
}

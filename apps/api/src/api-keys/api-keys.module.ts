import { Module } from '@nestjs/common';
import { ApiKeysController } from './api-keys.controller.js';
import { CreateApiKey } from './create-api-key.js';
import { ListApiKeys } from './list-api-keys.js';
import { RevokeApiKey } from './revoke-api-key.js';

/** Keys of programs; who a key is, the access guard asks by itself. */
@Module({ controllers: [ApiKeysController], providers: [CreateApiKey, ListApiKeys, RevokeApiKey] })
export class ApiKeysModule {}

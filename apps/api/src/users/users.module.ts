import { Module } from '@nestjs/common';
import { ChangeRole } from './change-role.js';
import { UsersController } from './users.controller.js';

@Module({ controllers: [UsersController], providers: [ChangeRole] })
export class UsersModule {}

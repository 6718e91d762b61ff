import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ChangeRole } from './change-role.js';
import { ChangeStreamLimit } from './change-stream-limit.js';
import { DeleteAccount } from './delete-account.js';
import { UsersController } from './users.controller.js';

@Module({
  imports: [AuthModule],
  controllers: [UsersController],
  providers: [ChangeRole, ChangeStreamLimit, DeleteAccount],
})
export class UsersModule {}

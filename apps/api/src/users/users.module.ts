import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ImagesModule } from '../images/images.module.js';
import { StreamsModule } from '../playback/streams.module.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { AvatarsController } from './avatar/avatars.controller.js';
import { MyAvatarController } from './avatar/my-avatar.controller.js';
import { SetAvatar } from './avatar/set-avatar.js';
import { ShowAvatar } from './avatar/show-avatar.js';
import { ChangeRole } from './change-role.js';
import { ChangeStreamLimit } from './change-stream-limit.js';
import { ExportAccount } from './export/export-account.js';
import { ExportController } from './export/export.controller.js';
import { ListUsers } from './list-users.js';
import { ChangeMe } from './me/change-me.js';
import { ChangePassword } from './me/change-password.js';
import { DeleteAccount } from './me/delete-account.js';
import { MeController } from './me/me.controller.js';
import { SeeMe } from './me/see-me.js';
import { PeopleModule } from './people/people.module.js';
import { ProfilesController } from './profiles/profiles.controller.js';
import { UsersController } from './users.controller.js';

@Module({
  imports: [AuthModule, StreamsModule, ImagesModule, PeopleModule, UploadsModule],
  controllers: [
    MeController,
    MyAvatarController,
    UsersController,
    ProfilesController,
    AvatarsController,
    ExportController,
  ],
  providers: [
    ...[SeeMe, ChangeMe, ChangePassword, DeleteAccount, ExportAccount],
    ...[ListUsers, ChangeRole, ChangeStreamLimit],
    ...[ShowAvatar, SetAvatar],
  ],
})
export class UsersModule {}

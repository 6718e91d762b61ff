import { Module } from '@nestjs/common';
import { PeopleModule } from '../../users/people/people.module.js';
import { Block } from './block.js';
import { Follow } from './follow.js';
import { FollowsController } from './follows.controller.js';
import { ListPeople } from './list-people.js';
import { OwnListsController } from './own-lists.controller.js';
import { FollowRequests } from './requests.js';

@Module({
  imports: [PeopleModule],
  controllers: [OwnListsController, FollowsController],
  providers: [Follow, Block, FollowRequests, ListPeople],
})
export class FollowsModule {}

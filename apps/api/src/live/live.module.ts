import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { FeedReadingModule } from '../feed/reading.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { LiveCallers } from './callers.js';
import { EventsController } from './events.controller.js';
import { Hub } from './hub.js';
import { PostTail } from './post-tail.js';
import { SocketDoor } from './socket-door.js';
import { StreamDoor } from './stream-door.js';

/** What clients hear without asking, by socket.io and by server-sent events. */
@Module({
  imports: [AuthModule, NotificationsModule, FeedReadingModule],
  controllers: [EventsController],
  providers: [LiveCallers, Hub, PostTail, SocketDoor, StreamDoor],
})
export class LiveModule {}

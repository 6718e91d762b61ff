import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../http/access.js';
import { Answers, AnswersNothing, Problems } from '../openapi/answers.js';
import { Problem } from '../problem/problem.js';
import {
  notificationId,
  notificationListQuery,
  notificationPageSchema,
  readAllSchema,
  type NotificationListQuery,
  type NotificationPage,
  type ReadAll,
} from './notification.schema.js';
import { Notifications } from './notifications.js';

@ApiTags('notifications')
@Access('viewer', null)
@Controller('notifications')
export class NotificationsController {
  constructor(private readonly notifications: Notifications) {}

  @Get()
  @ApiOperation({ summary: 'List what the account has been told, newest first' })
  @Answers(200, notificationPageSchema)
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  list(
    @Query({ schema: notificationListQuery }) query: NotificationListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<NotificationPage> {
    return this.notifications.list(caller.userId, query);
  }

  @Put('read')
  @ApiOperation({ summary: 'Mark all as read, up to the newest that was seen' })
  @AnswersNothing()
  @Problems('VALIDATION_FAILED')
  async readAll(@Body({ schema: readAllSchema }) { upTo }: ReadAll, @CurrentCaller() caller: Caller): Promise<void> {
    await this.notifications.readAll(caller.userId, upTo);
  }

  @Put(':id/read')
  @ApiOperation({ summary: 'Mark one as read' })
  @AnswersNothing()
  @Problems('NOTIFICATION_NOT_FOUND')
  async readOne(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<void> {
    const seq = notificationId.safeParse(id);
    if (!seq.success || !(await this.notifications.readOne(caller.userId, seq.data)))
      throw new Problem('NOTIFICATION_NOT_FOUND', 'This account was told nothing with this number.');
  }
}

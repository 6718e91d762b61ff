import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../http/access.js';
import { pageOf, type Page } from '../http/page.js';
import { Answers, Problems } from '../openapi/answers.js';
import { auditEntrySchema, auditListQuery, type AuditEntryView, type AuditListQuery } from './audit.schema.js';
import { ListAudit } from './list-audit.js';

@ApiTags('audit')
@Access('admin')
@Controller('audit')
export class AuditController {
  constructor(private readonly listAudit: ListAudit) {}

  @Get()
  @ApiOperation({ summary: 'See who did what, newest first' })
  @Answers(200, pageOf('AuditPage', auditEntrySchema))
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  list(@Query({ schema: auditListQuery }) query: AuditListQuery): Promise<Page<AuditEntryView>> {
    return this.listAudit.run(query);
  }
}

import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { ListAudit } from './list-audit.js';

@Module({ controllers: [AuditController], providers: [ListAudit] })
export class AuditModule {}

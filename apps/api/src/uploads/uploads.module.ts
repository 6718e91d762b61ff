import { Module } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { HealthModule } from '../health/health.module.js';
import { CompleteUpload } from './complete-upload.js';
import { DescribeAsset } from './describe-asset.js';
import { PresignUpload } from './presign-upload.js';
import { UploadsController } from './uploads.controller.js';

@Module({
  imports: [AssetsModule, HealthModule],
  controllers: [UploadsController],
  providers: [PresignUpload, CompleteUpload, DescribeAsset],
})
export class UploadsModule {}

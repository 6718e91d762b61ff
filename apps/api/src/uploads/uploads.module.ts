import { Module } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { HealthModule } from '../health/health.module.js';
import { CompleteUpload } from './complete-upload.js';
import { DescribeAsset } from './describe-asset.js';
import { FormController } from './form/form.controller.js';
import { UploadForm } from './form/upload-form.js';
import { UploadFromUrl } from './from-url/upload-from-url.js';
import { PresignUpload } from './presign-upload.js';
import { UploadsController } from './uploads.controller.js';

@Module({
  imports: [AssetsModule, HealthModule],
  controllers: [UploadsController, FormController],
  providers: [PresignUpload, CompleteUpload, DescribeAsset, UploadForm, UploadFromUrl],
  exports: [UploadForm],
})
export class UploadsModule {}

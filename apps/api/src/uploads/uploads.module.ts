import { Module } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { HealthModule } from '../health/health.module.js';
import { CancelUpload } from './cancel-upload.js';
import { CompleteUpload } from './complete-upload.js';
import { DescribeAsset } from './describe-asset.js';
import { FormController } from './form/form.controller.js';
import { UploadForm } from './form/upload-form.js';
import { UploadFromUrl } from './from-url/upload-from-url.js';
import { AssembleParts } from './parts/assemble-parts.js';
import { BeginMultipart } from './parts/begin-multipart.js';
import { PartsController } from './parts/parts.controller.js';
import { UploadParts } from './parts/upload-parts.js';
import { PresignUpload } from './presign-upload.js';
import { ReserveUpload } from './reserve-upload.js';
import { UploadsController } from './uploads.controller.js';

@Module({
  imports: [AssetsModule, HealthModule],
  controllers: [UploadsController, PartsController, FormController],
  providers: [
    ReserveUpload,
    PresignUpload,
    BeginMultipart,
    UploadParts,
    AssembleParts,
    CompleteUpload,
    CancelUpload,
    DescribeAsset,
    UploadForm,
    UploadFromUrl,
  ],
  exports: [UploadForm],
})
export class UploadsModule {}

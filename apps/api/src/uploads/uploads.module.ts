import { Module } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { CompleteUpload } from './complete-upload.js';
import { PresignUpload } from './presign-upload.js';
import { UploadsController } from './uploads.controller.js';

@Module({
  imports: [AssetsModule],
  controllers: [UploadsController],
  providers: [PresignUpload, CompleteUpload],
})
export class UploadsModule {}

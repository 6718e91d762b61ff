import { Module } from '@nestjs/common';
import { AccessRecorder } from './access-recorder.js';

@Module({ providers: [AccessRecorder], exports: [AccessRecorder] })
export class AccessRecorderModule {}

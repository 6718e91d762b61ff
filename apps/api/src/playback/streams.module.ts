import { Module } from '@nestjs/common';
import { AccessRecorderModule } from '../stats/access-recorder.module.js';
import { Streams } from './streams.js';

@Module({ imports: [AccessRecorderModule], providers: [Streams], exports: [Streams] })
export class StreamsModule {}

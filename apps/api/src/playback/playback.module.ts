import { Module } from '@nestjs/common';
import { Admissions } from './admissions.js';
import { FindPlayable } from './find-playable.js';
import { GateController } from './gate/gate.controller.js';
import { GateUrls } from './gate/gate-urls.js';
import { Manifests } from './gate/manifests.js';
import { StillShown } from './gate/still-shown.js';
import { Play } from './play.js';
import { PlaybackController } from './playback.controller.js';
import { PeopleModule } from '../users/people/people.module.js';
import { StreamsModule } from './streams.module.js';

/** Streams: who is let in, and the gate through which every byte of one is asked for. */
@Module({
  imports: [StreamsModule, PeopleModule],
  controllers: [PlaybackController, GateController],
  providers: [Play, FindPlayable, Admissions, GateUrls, Manifests, StillShown],
})
export class PlaybackModule {}

import { Module } from '@nestjs/common';
import { AccessStatistics } from './access-stats.js';
import { AssetStatistics } from './asset-stats.js';
import { StatsController } from './stats.controller.js';

@Module({ controllers: [StatsController], providers: [AccessStatistics, AssetStatistics] })
export class StatsModule {}

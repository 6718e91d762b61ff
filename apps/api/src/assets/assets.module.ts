import { Module } from '@nestjs/common';
import { WakeWorkers } from '../jobs/wake-workers.js';
import { AssetViews } from './asset-views.js';
import { AssetsController } from './assets.controller.js';
import { DeleteAsset } from './delete-asset.js';
import { ListAssets } from './list-assets.js';
import { ReprocessAssets } from './reprocess/reprocess-assets.js';
import { ReprocessController } from './reprocess/reprocess.controller.js';

@Module({
  controllers: [AssetsController, ReprocessController],
  providers: [AssetViews, ListAssets, DeleteAsset, ReprocessAssets, WakeWorkers],
  exports: [AssetViews],
})
export class AssetsModule {}

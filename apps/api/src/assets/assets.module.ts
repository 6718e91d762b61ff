import { Module } from '@nestjs/common';
import { AssetViews } from './asset-views.js';
import { AssetsController } from './assets.controller.js';
import { DeleteAsset } from './delete-asset.js';
import { ListAssets } from './list-assets.js';

@Module({
  controllers: [AssetsController],
  providers: [AssetViews, ListAssets, DeleteAsset],
  exports: [AssetViews],
})
export class AssetsModule {}

import { Module } from '@nestjs/common';
import { WakeWorkers } from '../jobs/wake-workers.js';
import { AccessRecorderModule } from '../stats/access-recorder.module.js';
import { AssetViews } from './asset-views.js';
import { AssetsController } from './assets.controller.js';
import { ByResourceController } from './by-resource.controller.js';
import { BulkController } from './bulk/bulk.controller.js';
import { Captions } from './captions/captions.js';
import { CaptionsController } from './captions/captions.controller.js';
import { EditAsset } from './edit/edit-asset.js';
import { LabelAssets } from './edit/label-assets.js';
import { RemoveLocation } from './edit/remove-location.js';
import { ListAssets } from './list/list-assets.js';
import { PublicController } from './public/public.controller.js';
import { ReprocessAssets } from './reprocess/reprocess-assets.js';
import { ReprocessController } from './reprocess/reprocess.controller.js';
import { PurgeAssets } from './trash/purge-assets.js';
import { RestoreAssets } from './trash/restore-assets.js';
import { TrashAssets } from './trash/trash-assets.js';

@Module({
  imports: [AccessRecorderModule],
  controllers: [
    ByResourceController,
    BulkController,
    AssetsController,
    CaptionsController,
    ReprocessController,
    PublicController,
  ],
  providers: [
    AssetViews,
    Captions,
    ListAssets,
    EditAsset,
    RemoveLocation,
    TrashAssets,
    RestoreAssets,
    PurgeAssets,
    LabelAssets,
    ReprocessAssets,
    WakeWorkers,
  ],
  exports: [AssetViews],
})
export class AssetsModule {}

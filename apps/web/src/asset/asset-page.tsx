import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { hasCode } from '../api/problem';
import { insteadOfLink, useBackToList } from '../library/back-to-list';
import { useUser } from '../session/use-session';
import { NotFound } from '../shell/lost';
import { usePageTitle } from '../shell/title';
import { Icon } from '../ui/icon';
import { Failed } from '../ui/state';
import { words } from '../words/words';
import { AssetActions } from './asset-actions';
import { Captions } from './captions';
import { Details } from './details';
import { Facts } from './facts';
import { History } from './history';
import { assetQuery } from './queries';
import { Renditions } from './renditions';
import { Share } from './share';
import { Stage } from './stage';
import { Variants } from './variants';

/** One asset: what it looks or sounds like, and all that is known of it. */
export function AssetPage() {
  const { id } = useParams({ from: '/inside/assets/$id' });
  // Another asset is another page: what plays, and what was typed, belongs to the one before.
  return <OneAsset key={id} id={id} />;
}

function OneAsset({ id }: { id: string }) {
  const user = useUser();
  const { data, error, refetch } = useQuery(assetQuery(id));
  usePageTitle(data && (data.asset.title ?? data.asset.filename));
  const back = useBackToList();
  if (!data && hasCode(error, 'ASSET_NOT_FOUND', 'VALIDATION_FAILED')) return <NotFound />;
  if (!data && error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <AssetSkeleton />;
  const { asset, etag } = data;
  const isPicture = asset.status === 'READY' && asset.previewUrl !== null && asset.kind !== 'AUDIO';
  const isPlayable = (asset.kind === 'VIDEO' || asset.kind === 'AUDIO') && asset.deletedAt === null;
  const mayChange = user.tenantRole !== 'VIEWER';
  return (
    <div className="page wide">
      <div className="page-head">
        <div className="row grow title">
          <Link
            to={asset.deletedAt === null ? '/' : '/trash'}
            className="button quiet icon"
            aria-label={words.asset.back}
            onClick={insteadOfLink(back)}
          >
            <Icon name="back" />
          </Link>
          <h1 className="truncate" title={asset.filename}>
            {asset.title ?? asset.filename}
          </h1>
        </div>
        {mayChange && <AssetActions asset={asset} />}
      </div>
      <div className="asset">
        <div className="asset-stage">
          <Stage asset={asset} />
        </div>
        <div className="asset-said stack">
          <Details asset={asset} etag={etag} mayChange={mayChange} />
          {asset.deletedAt === null && <Share asset={asset} etag={etag} mayChange={mayChange} />}
          <Facts asset={asset} etag={etag} mayChange={mayChange} />
        </div>
        <div className="asset-made stack">
          {isPlayable && <Captions asset={asset} mayChange={mayChange} />}
          <Renditions asset={asset} />
          <History asset={asset} />
          {isPicture && <Variants asset={asset} />}
        </div>
      </div>
    </div>
  );
}

function AssetSkeleton() {
  return (
    <div className="page wide" role="status" aria-label={words.common.loading}>
      <div className="page-head">
        <div className="skeleton" style={{ width: 280, height: 26 }} />
      </div>
      <div className="asset">
        <div className="skeleton stage" />
        <div className="skeleton" style={{ height: 320 }} />
      </div>
    </div>
  );
}

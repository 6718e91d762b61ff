import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import type { Lease } from '#libs/playback/lease.js';
import { assetPrefix } from '#libs/storage/keys.js';
import { ObjectNotFoundError, type ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { Access } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { Streams } from '../streams.js';
import { GateUrls, MASTER_PLAYLIST } from './gate-urls.js';
import { StillShown } from './still-shown.js';
import { captionPath, Manifests, type CaptionPath } from './manifests.js';
import { streamFile, type StreamFile } from './stream-files.js';

const PLAYLIST_TYPE = 'application/vnd.apple.mpegurl';
const CAPTIONS_TYPE = 'text/vtt; charset=utf-8';

/**
 * Where players fetch everything: each request is a sign of life, and who has no place any longer gets nothing more.
 * Playlists and other texts are sent, the bytes are redirected to the store for a while. The right is in the URL.
 */
@ApiExcludeController()
@Access('public')
@Controller('playbacks/:id/hls/:token')
export class GateController {
  constructor(
    private readonly urls: GateUrls,
    private readonly streams: Streams,
    private readonly manifests: Manifests,
    private readonly stillShown: StillShown,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get('*')
  async get(
    @Param('id') id: string,
    @Param('token') token: string,
    @Param('*') path: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Of one player and one moment, problems as well: nobody may keep or share it.
    void reply.header('Cache-Control', 'no-store');
    const grant = this.urls.read(id, token);
    const captions = captionPath(path);
    const file = streamFile(path);
    if (!grant || !(file ?? captions ?? path === MASTER_PLAYLIST))
      throw new Problem('PLAYBACK_NOT_FOUND', 'The URL is none of a playback: ask for the asset again.');
    const lease = await this.streams.beat(grant.userId, id);
    if (!lease) throw new Problem('PLAYBACK_ENDED', 'Nothing was heard of the player for too long, or it was stopped.');
    const secondsLeft = await this.stillShown.secondsLeft(lease);
    if (secondsLeft === 0) {
      await this.streams.end(grant.userId, id);
      throw new Problem('PLAYBACK_ENDED', 'What was played has been deleted, or is not shown to you any longer.');
    }
    if (captions) await this.sendCaptions(lease, captions, reply);
    else if (!file) await this.sendMaster(lease, reply);
    else if (file.isText) await this.sendText(keyOf(lease, file.path), file.contentType, reply);
    else await this.redirect(lease, file, secondsLeft, reply);
  }

  private async sendMaster({ assetId }: Lease, reply: FastifyReply): Promise<void> {
    const playlist = await this.manifests.master(assetId);
    if (playlist === null) throw gone();
    await reply.type(PLAYLIST_TYPE).send(playlist);
  }

  private async sendCaptions({ assetId }: Lease, wanted: CaptionPath, reply: FastifyReply): Promise<void> {
    const captions = await this.manifests.captions(assetId, wanted);
    if (!captions) throw gone();
    if (captions.text === undefined) await this.sendText(captions.key, CAPTIONS_TYPE, reply);
    else await reply.type(PLAYLIST_TYPE).send(captions.text);
  }

  private async sendText(key: string, contentType: string, reply: FastifyReply): Promise<void> {
    try {
      await reply.type(contentType).send(await this.store.read(key));
    } catch (error) {
      throw error instanceof ObjectNotFoundError ? gone() : error;
    }
  }

  /** A file that is played as a whole must stay good while it is: whoever has begun to read it has it all anyway. */
  private async redirect(lease: Lease, file: StreamFile, secondsLeft: number, reply: FastifyReply): Promise<void> {
    const { path, name, contentType, isSegment } = file;
    const { PLAYBACK_URL_TTL_SECONDS, DOWNLOAD_URL_TTL_SECONDS } = this.settings;
    const usual = isSegment ? PLAYBACK_URL_TTL_SECONDS : DOWNLOAD_URL_TTL_SECONDS;
    const url = await this.store.presignGet({
      key: keyOf(lease, path),
      contentType,
      filename: name,
      disposition: 'inline',
      expiresInSeconds: Math.min(usual, secondsLeft),
    });
    await reply.redirect(url, 302);
  }
}

const keyOf = ({ tenantId, assetId }: Lease, path: string): string => assetPrefix(tenantId, assetId) + path;

const gone = (): Problem =>
  new Problem('OBJECT_NOT_FOUND', 'It has been deleted, or made anew: ask for the asset again.');

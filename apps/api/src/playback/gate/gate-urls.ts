import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import type { LeaseRequest } from '#libs/playback/lease.js';
import { mintGateToken, readGateToken, type GateGrant } from './gate-token.js';

/** The one name at the gate that is no file: it is written when it is asked for. */
export const MASTER_PLAYLIST = 'master.m3u8';

/** `/playbacks/<id>/hls/<token>/<path>`: whatever a playlist names relative to itself is at the gate as well. */
@Injectable()
export class GateUrls {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** @param path as streamFile takes it, or MASTER_PLAYLIST */
  url(playback: Pick<LeaseRequest, 'id'> & GateGrant, path: string): string {
    const { PUBLIC_URL, PORT, URL_SIGNING_SECRET } = this.settings;
    const base = (PUBLIC_URL ?? `http://localhost:${PORT}`).replace(/\/+$/, '');
    return `${base}/playbacks/${playback.id}/hls/${mintGateToken(URL_SIGNING_SECRET, playback.id, playback)}/${path}`;
  }

  /** @returns null for a token that was not made for this playback */
  read(playbackId: string, token: string): GateGrant | null {
    return readGateToken(this.settings.URL_SIGNING_SECRET, playbackId, token);
  }
}

/** Whether a path is one of the gate's: anybody's pages may load it, and nobody counts how often. */
export const isGatePath = (path: string): boolean => GATE_PATH.test(path);
const GATE_PATH = /^\/playbacks\/[^/?]+\/hls\//;

/** A path as the log may have it: who reads the token in time could watch along. */
export const withoutToken = (path: string): string => path.replace(TOKEN_IN_PATH, '$1…');
const TOKEN_IN_PATH = /^(\/playbacks\/[^/]+\/hls\/)[^/]+/;

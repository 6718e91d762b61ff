import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { until } from '../../support/until.js';

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': [path.join(import.meta.dirname, 'player.html'), 'text/html; charset=utf-8'],
  '/hls.js': [path.resolve(import.meta.dirname, '../../../node_modules/hls.js/dist/hls.js'), 'text/javascript'],
};

/** The page of an application that plays films with hls.js: of another origin than the API. */
export async function servePlayer(): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const [file, type] = FILES[new URL(request.url ?? '/', 'http://page').pathname] ?? [];
    if (file === undefined || type === undefined) response.writeHead(404).end();
    else void readFile(file).then((bytes) => response.writeHead(200, { 'content-type': type }).end(bytes));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

/** What the page says of itself. */
export interface PlayerState {
  seconds: number;
  length: number;
  ended: boolean;
  /** Pixels of what is shown. */
  width: number;
  height: number;
  levels: { width: number; height: number; videoCodec: string; audioCodec?: string }[];
  tracks: { name: string; lang: string }[];
  cues: string[];
  errors: { details: string; fatal: boolean; status: number | null }[];
  /** Segments, as their playlists name them. */
  fetched: string[];
}

/** A film that plays in a page. */
export class PlayerPage {
  constructor(private readonly page: Page) {}

  static async open(page: Page, url: string, manifestUrl: string): Promise<PlayerPage> {
    await page.goto(`${url}?source=${encodeURIComponent(manifestUrl)}`);
    return new PlayerPage(page);
  }

  state(): Promise<PlayerState> {
    return this.page.evaluate('player.state()');
  }

  /** The state as soon as it `holds`. */
  until(holds: (state: PlayerState) => boolean): Promise<PlayerState> {
    return until(() => this.state(), holds);
  }

  quality(level: number): Promise<void> {
    return this.page.evaluate(`player.quality(${level})`);
  }

  captions(track: number): Promise<void> {
    return this.page.evaluate(`player.captions(${track})`);
  }

  seek(seconds: number): Promise<void> {
    return this.page.evaluate(`player.seek(${seconds})`);
  }
}

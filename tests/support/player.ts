import type { Account } from './account.js';

export interface Started {
  playbackId: string;
  manifestUrl: string;
  mp4Url: string | null;
  storyboardUrl: string | null;
  heartbeatSeconds: number;
  expiresAt: string;
}

/** Takes a place. */
export async function play(account: Account, assetId: string): Promise<Started> {
  const answer = await account.ask<Started>('POST', `/assets/${assetId}/play`);
  if (answer.status !== 201) throw new Error(`play: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** The ids of what the account is watching. */
export async function playing(account: Account): Promise<string[]> {
  const answer = await account.ask<{ items: { playbackId: string }[] }>('GET', '/playbacks');
  if (answer.status !== 200) throw new Error(`playbacks: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.items.map(({ playbackId }) => playbackId);
}

/** What a playlist names, as addresses: its variants or segments, and the start of those (EXT-X-MAP). */
export async function playlist(url: string): Promise<{ text: string; urls: string[] }> {
  const response = await fetch(url);
  const text = await response.text();
  if (!response.ok) throw new Error(`playlist: ${response.status} ${text}`);
  const maps = [...text.matchAll(/URI="([^"]+)"/g)].map(([, uri]) => uri ?? '');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return { text, urls: [...maps, ...lines].map((uri) => new URL(uri, url).href) };
}

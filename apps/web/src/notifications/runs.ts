import type { News } from '../live/events';

/** What was told one after the other and says the same is one line: files that are ready, read or unread. */
export function inRuns(items: readonly News[]): [News, ...News[]][] {
  const runs: [News, ...News[]][] = [];
  for (const news of items) {
    const run = runs.at(-1);
    if (run && isAlike(run[0], news)) run.push(news);
    else runs.push([news]);
  }
  return runs;
}

const isAlike = (one: News, other: News): boolean =>
  one.kind === 'asset.ready' && other.kind === 'asset.ready' && (one.readAt === null) === (other.readAt === null);

import { Problem } from '../../problem/problem.js';

/** What became of many assets: each is in one of the two. */
export interface Outcome {
  done: string[];
  failed: { id: string; problem: Problem }[];
}

export const noSuchAsset = (): Problem => new Problem('ASSET_NOT_FOUND', 'There is no such asset.');

/** Those that were not done are not there, as far as the caller may know. */
export function outcomeOf(ids: readonly string[], done: readonly string[]): Outcome {
  const isDone = new Set(done);
  return {
    done: [...done],
    failed: ids.filter((id) => !isDone.has(id)).map((id) => ({ id, problem: noSuchAsset() })),
  };
}

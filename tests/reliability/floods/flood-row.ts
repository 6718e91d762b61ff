import { appendFileSync } from 'node:fs';
import { fromRunner } from '../options.js';
import type { Memory } from './memory.js';

/** One line of the second table. */
export interface FloodRow {
  flood: string;
  /** Requests or connections. */
  count: number;
  /** How many were answered with what status; 0: the connection was ended without an answer. */
  answers: Record<string, number>;
  memory: Memory;
  /** What else there is to say. */
  note: string;
}

export const report = (row: FloodRow): void =>
  appendFileSync(fromRunner('RELIABILITY_ROWS'), `${JSON.stringify(row)}\n`);

export function tally(statuses: readonly number[]): Record<string, number> {
  const answers: Record<string, number> = {};
  for (const status of statuses) answers[status] = (answers[status] ?? 0) + 1;
  return answers;
}

/** The value below which so much of the others are; 0.95: p95. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

import type { Database } from '#libs/database/database.js';
import type { LiveCluster } from '#libs/live/live-cluster.js';
import { lowestKind } from '#libs/media/video/ladder/plan.js';
import type { LadderRun } from '#libs/media/video/ladder/command.js';
import type { Progress } from '#libs/media/video/ladder/progress.js';
import { saveProgress, type TranscodeJob } from './save-streams.js';

/** The row is written this often at most. */
const TELL_EVERY_MS = 1_000;
/** Sound and pictures beside the streams cost about as much as so many pixels. */
const BESIDES = 50_000;

const weightOf = ({ rungs }: LadderRun): number =>
  rungs.reduce((sum, { width, height }) => sum + width * height, BESIDES);

export interface ReportedFilm {
  /** Every run that the film needs. */
  all: readonly LadderRun[];
  /** Those that this attempt makes. */
  left: readonly LadderRun[];
  /** How long it is; null when it does not say. */
  seconds: number | null;
}

/** Tells how far all runs of a transcode are, as shares of their pixels. */
export class RunReport {
  private readonly total: number;
  private readonly seconds: number | null;
  private readonly began = Date.now();
  /** What was made before this attempt, and has been in it. */
  private done: number;
  private readonly atFirst: number;
  private told = 0;
  private percent = 0;

  constructor(
    private readonly database: Database,
    private readonly live: LiveCluster,
    private readonly of: TranscodeJob,
    film: ReportedFilm,
  ) {
    const weigh = (runs: readonly LadderRun[]) => runs.reduce((sum, run) => sum + weightOf(run), 0);
    this.total = Math.max(1, weigh(film.all));
    this.done = Math.max(0, this.total - weigh(film.left));
    this.atFirst = this.done;
    this.seconds = film.seconds;
  }

  begin(run: LadderRun): Promise<void> {
    return this.save(run, this.done / this.total, null);
  }

  async tell(run: LadderRun, { seconds, speed }: Progress): Promise<void> {
    if (Date.now() - this.told < TELL_EVERY_MS) return;
    const share = this.seconds === null ? 0 : Math.min(1, seconds / this.seconds);
    await this.save(run, (this.done + share * weightOf(run)) / this.total, speed);
  }

  /** One more can be watched. */
  made(kind: string): void {
    this.live.progress(this.of.assetId, { stage: 'rendition', percent: this.percent, currentRendition: kind });
  }

  finished(run: LadderRun): void {
    this.done += weightOf(run);
  }

  private async save(run: LadderRun, share: number, speed: number | null): Promise<void> {
    this.told = Date.now();
    const elapsed = (Date.now() - this.began) / 1000;
    // A hundred is said when all is whole.
    this.percent = Math.min(99, Math.floor(share * 100));
    // What an earlier attempt has made says nothing of how fast this one is.
    const here = share - this.atFirst / this.total;
    const progress = {
      percent: this.percent,
      speed,
      remainingSeconds: here > 0.01 ? Math.ceil((elapsed * (1 - share)) / here) : null,
      currentRendition: lowestKind(run),
    };
    await saveProgress(this.database, this.of, progress);
    this.live.progress(this.of.assetId, { stage: 'transcode', ...progress });
  }
}

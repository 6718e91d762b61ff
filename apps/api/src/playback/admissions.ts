import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';

/** How often a stream was let in or refused: a metric rather than the audit log, which a player in a loop would fill. */
@Injectable()
export class Admissions {
  private readonly counter: Counter<'outcome'>;

  constructor(registry: Registry) {
    this.counter = new Counter({
      name: 'media_inbox_playback_admissions_total',
      help: 'Streams that were asked for, by whether there was a place',
      labelNames: ['outcome'],
      registers: [registry],
    });
  }

  count(admitted: boolean): void {
    this.counter.inc({ outcome: admitted ? 'admitted' : 'refused' });
  }
}

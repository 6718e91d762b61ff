import { Redis, type Result } from 'ioredis';
import { z } from 'zod';
import { aboutSchema, type Admission, type Beat, type Lease, type LeaseRequest } from './lease.js';
import { LeasesUnavailableError, type LeaseStore } from './lease-store.js';
import { BEAT, END, LIST, TAKE } from './redis-scripts.js';

/** Milliseconds: longer than Redis ever takes, shorter than a player waits. */
const COMMAND_TIMEOUT = 2_000;

/** What JSON holds; the rest of a lease is in the hash's field and in front of it. */
const storedSchema = z.object({ tenantId: z.string(), assetId: z.string(), about: aboutSchema });
const VALUE = /^(\d+) \d+ (\d+) (\S+) (.*)$/s;

const takenSchema = z.tuple([z.int()]).rest(z.string());
const beatSchema = z.tuple([z.string(), z.coerce.number().int()]).nullable();
const textsSchema = z.array(z.string());

/** The scripts as commands: by their hash once a connection has seen them, so that each call is one round trip. */
const COMMANDS = { playbackTake: TAKE, playbackBeat: BEAT, playbackEnd: END, playbackList: LIST };

declare module 'ioredis' {
  interface RedisCommander<Context> {
    playbackTake(
      key: string,
      ...values: [id: string, session: string, rest: string, limit: number, silenceMs: number]
    ): Result<unknown, Context>;
    playbackBeat(key: string, ...values: [id: string, silenceMs: number]): Result<unknown, Context>;
    playbackEnd(key: string, ...values: [id: string, session: string]): Result<unknown, Context>;
    playbackList(key: string): Result<unknown, Context>;
  }
}

/** Leases in Redis: one script, one round trip, a call; the clock is the server's. */
export class RedisLeases implements LeaseStore {
  private readonly redis: Redis;
  private readonly silenceMs: number;

  constructor(url: string, silenceSeconds: number, onError: (error: Error) => void, commandTimeout = COMMAND_TIMEOUT) {
    this.silenceMs = silenceSeconds * 1000;
    this.redis = new Redis(url, {
      connectionName: 'media-inbox-playback',
      commandTimeout,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times) => Math.min(100 * 2 ** times, 3_000),
    });
    this.redis.on('error', onError);
    for (const [name, lua] of Object.entries(COMMANDS)) this.redis.defineCommand(name, { numberOfKeys: 1, lua });
  }

  async take(request: LeaseRequest, limit: number): Promise<Admission> {
    const { id, userId, sessionId, tenantId, assetId, about } = request;
    const rest = JSON.stringify({ tenantId, assetId, about });
    const answer = await answered(this.redis.playbackTake(keyOf(userId), id, sessionId, rest, limit, this.silenceMs));
    const [admitted, ...places] = takenSchema.parse(answer);
    const leases = inOrder(groups(places, 2).map(([placeId = '', value = '']) => parse(userId, placeId, value)));
    const [lease] = leases;
    return admitted === 1 && lease ? { admitted: true, lease } : { admitted: false, active: leases };
  }

  async beat(userId: string, id: string): Promise<Beat | null> {
    const answer = beatSchema.parse(await answered(this.redis.playbackBeat(keyOf(userId), id, this.silenceMs)));
    if (!answer) return null;
    const [value, gainedMs] = answer;
    return { ...parse(userId, id, value), gainedMs };
  }

  async end(userId: string, id: string): Promise<Beat | null> {
    return (await this.remove(userId, id, ''))[0] ?? null;
  }

  endAll(userId: string, sessionId = ''): Promise<Beat[]> {
    return this.remove(userId, '', sessionId);
  }

  async list(userId: string): Promise<Lease[]> {
    const places = textsSchema.parse(await answered(this.redis.playbackList(keyOf(userId))));
    return inOrder(groups(places, 2).map(([id = '', value = '']) => parse(userId, id, value)));
  }

  /** Keys end by themselves. */
  sweep(): Promise<number> {
    return Promise.resolve(0);
  }

  close(): void {
    this.redis.disconnect();
  }

  private async remove(userId: string, id: string, sessionId: string): Promise<Beat[]> {
    const ended = textsSchema.parse(await answered(this.redis.playbackEnd(keyOf(userId), id, sessionId)));
    return groups(ended, 3).map(([endedId = '', value = '', gainedMs]) => ({
      ...parse(userId, endedId, value),
      gainedMs: Number(gainedMs),
    }));
  }
}

const keyOf = (userId: string): string => `playback:{${userId}}`;

/** @throws LeasesUnavailableError whatever Redis's reason: away, starting, full, out of time */
async function answered(command: Promise<unknown>): Promise<unknown> {
  try {
    return await command;
  } catch (cause) {
    throw new LeasesUnavailableError('Redis, which knows who watches, does not answer', { cause });
  }
}

function parse(userId: string, id: string, value: string): Lease {
  const [, expires, started, sessionId = '', rest = ''] = VALUE.exec(value) ?? [];
  const stored = storedSchema.parse(JSON.parse(rest));
  return {
    id,
    userId,
    sessionId,
    ...stored,
    startedAt: new Date(Number(started)),
    expiresAt: new Date(Number(expires)),
  };
}

const inOrder = (leases: Lease[]): Lease[] =>
  leases.sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime() || a.id.localeCompare(b.id));

function groups(texts: readonly string[], size: number): string[][] {
  const found: string[][] = [];
  for (let at = 0; at < texts.length; at += size) found.push(texts.slice(at, at + size));
  return found;
}

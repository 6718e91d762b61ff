import type { components } from './generated/schema';
import { browserStorage } from './browser-storage';
import { problemOf, Unreachable } from './problem';

export type SignedIn = components['schemas']['SignedIn'];
export type User = components['schemas']['User'];

/** `unknown` until the browser's cookie was asked for. */
export type SessionState = { is: 'unknown' } | { is: 'out' } | { is: 'in'; user: User; token: string; until: number };

/** Milliseconds before its end at which a token is no longer used. */
const EARLY_MS = 30_000;
/** Kept while a browser is signed in: without it there is no cookie worth asking for. */
const HINT = 'signed-in';

type Message = { says: 'in'; answer: SignedIn; at: number } | { says: 'out' };

let state: SessionState = browserStorage.getItem(HINT) ? { is: 'unknown' } : { is: 'out' };
const listeners = new Set<() => void>();
const channel = new BroadcastChannel('media-inbox-session');

channel.onmessage = ({ data }: MessageEvent<Message>) => {
  if (data.says === 'in') become(toState(data.answer, data.at));
  else become({ is: 'out' });
};

export const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
export const current = (): SessionState => state;

function become(next: SessionState): void {
  state = next;
  if (next.is === 'in') browserStorage.setItem(HINT, '1');
  if (next.is === 'out') browserStorage.removeItem(HINT);
  for (const listener of listeners) listener();
}

const toState = (answer: SignedIn, at: number): SessionState => ({
  is: 'in',
  user: answer.user,
  token: answer.accessToken,
  until: at + answer.expiresIn * 1000,
});

/** Tells this tab and the others who is signed in. */
export function enter(answer: SignedIn): void {
  const at = Date.now();
  become(toState(answer, at));
  channel.postMessage({ says: 'in', answer, at } satisfies Message);
}

/** Who is signed in has said something else of themselves. */
export function know(user: User): void {
  if (state.is === 'in') become({ ...state, user });
}

/** Tells this tab and the others that nobody is. */
export function leave(): void {
  become({ is: 'out' });
  channel.postMessage({ says: 'out' } satisfies Message);
}

/**
 * An access token that is still good, renewed when it is not.
 *
 * @param refused one that the server no longer takes
 * @returns null when nobody is signed in
 * @throws Unreachable
 */
export async function accessToken(refused?: string): Promise<string | null> {
  const good = goodToken(refused);
  if (good !== undefined) return good;
  renewal ??= renew(refused).finally(() => (renewal = undefined));
  return renewal;
}

let renewal: Promise<string | null> | undefined;

const goodToken = (refused?: string): string | null | undefined => {
  if (state.is === 'out') return null;
  if (state.is === 'in' && state.token !== refused && state.until - EARLY_MS > Date.now()) return state.token;
  return undefined;
};

/** One tab asks; those that waited for the same find its answer on the channel. */
const renew = (refused?: string): Promise<string | null> =>
  alone('media-inbox-session', async () => goodToken(refused) ?? (await exchange()));

async function exchange(): Promise<string | null> {
  const response = await reach('/auth/refresh', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Session': 'cookie' },
    body: '{}',
  });
  if (response.ok) {
    const answer = (await response.json()) as SignedIn;
    enter(answer);
    return answer.accessToken;
  }
  if (response.status !== 401) throw problemOf(await response.json().catch(() => null), response);
  leave();
  return null;
}

/** Locks need a secure context; elsewhere the server's grace for tabs that race has to do. */
const alone = <Result>(name: string, work: () => Promise<Result>): Promise<Result> =>
  'locks' in navigator ? navigator.locks.request(name, work) : work();

/** @throws Unreachable */
export async function reach(input: RequestInfo, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(input, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Unreachable('the server cannot be reached', { cause: error });
  }
}

/**
 * Milliseconds for which a connection is waited for, one of the pool's or a new one: what the address says in seconds,
 * under the name that libpq has for it, or `byDefault`.
 */
export function connectTimeoutMs(url: string, byDefault = 3_000): number {
  const seconds = Number(new URL(url).searchParams.get('connect_timeout'));
  return seconds > 0 ? seconds * 1000 : byDefault;
}

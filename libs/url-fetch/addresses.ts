import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** In the public ranges, and yet no part of the internet: where Azure's machines find what belongs to their host. */
const NOT_PUBLIC_EITHER = ['168.63.129.16/32'].map(parseRange);
/** The part of IPv6 that is given out to the internet (RFC 4291, 2.4; IANA). */
const GLOBAL_UNICAST = parseRange('2000::/3');

/** @throws Error for what is no CIDR */
export function parseRange(cidr: string): Range {
  return ipaddr.parseCIDR(cidr);
}

/**
 * Whether an address is one of the public internet: not of this machine, its network, its provider, of tests or of
 * documents, and none that wraps an IPv4 address, of which it would depend on others where it leads (IPv4-mapped,
 * NAT64, 6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  if (address.kind() === 'ipv6') return isWithin(address, GLOBAL_UNICAST);
  return !NOT_PUBLIC_EITHER.some((range) => isWithin(address, range));
}

/** Whether an address is in one of the ranges; an IPv4-mapped one as the IPv4 address that it is. */
export function isIn(text: string, ranges: readonly Range[]): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.process(text);
  return ranges.some((range) => isWithin(address, range));
}

const isWithin = (address: ipaddr.IPv4 | ipaddr.IPv6, range: Range): boolean =>
  address.kind() === range[0].kind() && address.match(range);

import dns, { type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isIn, isPublicAddress, parseRange } from './addresses.js';
import { FetchFailure } from './fetch-failure.js';

type Resolve = (
  hostname: string,
  options: dns.LookupAllOptions,
  // There are none with an error, whatever Node's types say.
  callback: (error: NodeJS.ErrnoException | null, addresses?: LookupAddress[]) => void,
) => void;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

const refuse = (detail: string): FetchFailure => new FetchFailure('URL_NOT_ALLOWED', detail, true);

/** What addresses this server may ask on somebody else's behalf. */
export class UrlRules {
  private readonly ports: ReadonlySet<string>;
  private readonly privateOnes: ReturnType<typeof parseRange>[];

  /** @param allowPrivate CIDRs that may be asked although they are not of the public internet */
  constructor(
    { ports, allowPrivate }: { ports: readonly string[]; allowPrivate: readonly string[] },
    private readonly resolve: Resolve = dns.lookup,
  ) {
    this.ports = new Set(ports);
    this.privateOnes = allowPrivate.map(parseRange);
  }

  /**
   * Lets a URL through whose scheme, port and, if it is written out, address may be asked. Every host name still has
   * to pass `lookup`.
   * @throws FetchFailure URL_NOT_ALLOWED
   */
  assertAllowed(url: URL): void {
    const port = url.port || DEFAULT_PORTS[url.protocol];
    if (port === undefined) throw refuse('The address must begin with http:// or https://.');
    if (url.username !== '' || url.password !== '') throw refuse('The address must hold no user name or password.');
    if (!this.ports.has('*') && !this.ports.has(port))
      throw refuse(`The address names a port that is not asked: ${port}.`);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0) this.assertAddress(host);
  }

  /**
   * For net.connect: what is looked up is checked, and what was checked is connected to. A name of which one address
   * is private is refused as a whole.
   */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[] = []) => {
      const failure = error ?? this.fault(addresses);
      const first = addresses[0];
      if (failure || !first) callback(failure ?? new Error('no address'), '', 0);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

  private fault(addresses: readonly LookupAddress[]): Error | null {
    try {
      for (const { address } of addresses) this.assertAddress(address);
      return null;
    } catch (error) {
      return error as Error;
    }
  }

  private assertAddress(address: string): void {
    if (isPublicAddress(address) || isIn(address, this.privateOnes)) return;
    throw refuse('The address does not lead to the public internet.');
  }
}

import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { invalidValue } from '../../scim/errors.ts';

/** The failure of a connection to an address that is not public. */
export class RefusedAddressError extends Error {
  readonly code = 'refusedAddress';

  constructor() {
    super('The host has an address that webhooks are not sent to');
    this.name = 'RefusedAddressError';
  }
}

/** The platform of Azure answers here, also to a function app. */
const platformAddress = '168.63.129.16';
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/**
 * Tests if an IP address is one of the public internet. Private, local, shared and reserved addresses are not, and no
 * IPv6 address that holds an IPv4 address (mapped, translated, 6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' ? address.toString() !== platformAddress : address.match(globalUnicast);
}

interface GuardOptions {
  /** Hosts that are admitted wherever they are, each with its port unless that is the usual one. */
  readonly hosts: readonly string[];
  /** Finds the addresses of a host; by default as the system does. */
  readonly resolve?: typeof resolve;
}

/** The rules for addresses of webhooks. */
export interface Guard {
  /** Checks an address before it is saved. Rejects with ScimError `invalidValue`. */
  check(text: string): Promise<void>;
  /** Throws a RefusedAddressError unless the host of an address has a name, or is listed or public. */
  requireAdmitted(url: URL): void;
  /** Finds the address to connect to; `undefined` for a listed host, whose addresses are not checked. */
  lookupFor(url: URL): LookupFunction | undefined;
}

/** Makes the rules for addresses of webhooks: HTTPS to public addresses, or a host that the deployment lists. */
export function createGuard({ hosts, resolve: find = resolve }: GuardOptions): Guard {
  const isListed = ({ host }: URL) => hosts.includes(host);
  const lookup = checkedLookup(find);
  const requireAdmitted = (url: URL) => {
    const literal = literalOf(url);
    const isAdmitted = isListed(url) || (url.protocol === 'https:' && isFree(literal));
    if (!isAdmitted) throw new RefusedAddressError();
  };
  return {
    requireAdmitted,
    lookupFor: (url) => (isListed(url) ? undefined : lookup),
    async check(text) {
      const url = parse(text);
      const { host } = url;
      if (isListed(url)) return;
      if (url.protocol !== 'https:')
        throw invalidValue(`Property url must begin with https://, unless WEBHOOK_HOSTS lists ${host}`);
      const isRefused = literalOf(url) === undefined ? await isHidden(lookup, url) : !isFree(literalOf(url));
      if (isRefused)
        throw invalidValue(`Property url must name a public host, unless WEBHOOK_HOSTS lists ${host}`);
    },
  };
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw invalidValue('Property url must be an address such as https://hooks.example.com/muster');
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw invalidValue('Property url must have no user name, no password and no fragment');
  }
  return url;
}

/** The IP address in a URL that has no host name. The URL parser has brought it to its usual form. */
function literalOf({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? undefined : bare;
}

const isFree = (literal: string | undefined) => literal === undefined || isPublicAddress(literal);

/** Tests if a host has an address that is refused. Rejects with ScimError if it has none. */
function isHidden(lookup: LookupFunction, { hostname }: URL): Promise<boolean> {
  return new Promise((answer, reject) => {
    lookup(hostname, { all: true }, (error) => {
      if (!error) return answer(false);
      if (error instanceof RefusedAddressError) return answer(true);
      reject(invalidValue(`Property url names the host ${hostname}, which cannot be found`));
    });
  });
}

/** Finds the addresses of a host, and fails if one is not public. The connection uses what was checked here. */
function checkedLookup(find: typeof resolve): LookupFunction {
  return (hostname, options, callback) => {
    find(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new RefusedAddressError(), '');
      if (!addresses.every(({ address }) => isPublicAddress(address)))
        return callback(new RefusedAddressError(), '');
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

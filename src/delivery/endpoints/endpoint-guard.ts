/**
 * Keeps what an administrator typed from reaching into the house (SSRF): which addresses may be named, and an agent
 * that looks at every address again when it connects, so that a name that changes its mind after the check is caught
 * too. Knows no endpoint and no message.
 */
import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { RequestFilteringHttpsAgent } from 'request-filtering-agent';

/** Longer ones are no address but a payload. */
export const URL_LENGTH_MAX = 2_048;

const PORTS = new Set(['', '8443']);

/**
 * What is not for everybody, by IANA's registries of special-purpose addresses. IPv6: all but the global unicast block,
 * so that every way to wrap an IPv4 address (mapped, compatible, NAT64) is out, and of that block the tunnels.
 */
const FORBIDDEN_RANGES = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/3',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '4000::/2',
  '8000::/1',
];

/** Names that mean something else on every network, and never a partner's server. */
const INNER_NAMES =
  /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|corp|private|arpa|onion|test|invalid)$/;

/** One for each family: in a common one, an IPv6 range takes in every IPv4 address as a mapped one. */
const forbidden = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const range of FORBIDDEN_RANGES) {
  const [net, prefix] = range.split('/') as [string, string];
  const family = familyOf(net);
  forbidden[family].addSubnet(net, Number(prefix), family);
}

/** The address, in any form that the system writes it, is not one of the public Internet. */
export function isForbiddenAddress(address: string): boolean {
  if (isIP(address) === 0) return true;
  const family = familyOf(address);
  return forbidden[family].check(address, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** Thrown into a connection that would have led inside. */
export class AddressForbidden extends Error {
  readonly code = 'address-forbidden';
}

export interface EndpointGuardOptions {
  /** Development only: private addresses, any port, plain HTTP. */
  readonly allowPrivate: boolean;
  /** How names become addresses; replaced in tests. */
  readonly lookup?: LookupFunction;
}

export class EndpointGuard {
  private readonly allowPrivate: boolean;
  private readonly lookup: LookupFunction;
  private readonly secureAgent: https.Agent;
  private readonly plainAgent = new http.Agent({ keepAlive: false });

  constructor({ allowPrivate, lookup = dns.lookup as LookupFunction }: EndpointGuardOptions) {
    this.allowPrivate = allowPrivate;
    this.lookup = lookup;
    // No socket is kept: a receiver that closes an idle one would fail the next message for nothing.
    this.secureAgent = new RequestFilteringHttpsAgent({
      keepAlive: false,
      allowPrivateIPAddress: allowPrivate,
      allowMetaIPAddress: false,
    });
  }

  /** @returns what is wrong with an address, as an end of the sentence "The URL must …"; null when it may be used. */
  faultOf(text: string): string | null {
    if (text.length > URL_LENGTH_MAX) return `have at most ${URL_LENGTH_MAX} characters`;
    // A URL parser drops tabs and line breaks silently; whoever reads the text would see another address.
    if (/[\s\u0000-\u001f\u007f\\]/.test(text) || !URL.canParse(text)) return 'be an absolute URL';
    const url = new URL(text);
    const plain = this.allowPrivate && url.protocol === 'http:';
    if (url.protocol !== 'https:' && !plain) return 'begin with https://';
    if (url.username !== '' || url.password !== '') return 'hold no credentials';
    if (text.includes('#')) return 'have no fragment';
    if (this.allowPrivate) return null;
    if (!PORTS.has(url.port)) return 'use port 443 or 8443';
    return hostFault(url.hostname);
  }

  /**
   * What a request to this address needs, so that it can go nowhere else: `https.request(url, options)`.
   * @throws AddressForbidden when the address itself is not allowed (any more).
   */
  routeTo(address: string): { url: URL; options: { agent: http.Agent; lookup: LookupFunction } } {
    const fault = this.faultOf(address);
    if (fault !== null) throw new AddressForbidden(`the URL must ${fault}`);
    const url = new URL(address);
    const agent = url.protocol === 'http:' ? this.plainAgent : this.secureAgent;
    return { url, options: { agent, lookup: this.allowPrivate ? this.lookup : this.vetted } };
  }

  /** The agent vets each address that this gives; it takes `::127.0.0.1` for a public one, our list does not. */
  private readonly vetted: LookupFunction = (hostname, options, callback) => {
    this.lookup(hostname, options, (error, found, family) => {
      const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
      const inner = !error && addresses.some(isForbiddenAddress);
      callback(inner ? new AddressForbidden('the name leads to an inner address') : error, found, family);
    });
  };
}

function hostFault(hostname: string): string | null {
  const name = hostname.replace(/\.$/, '').toLowerCase();
  const literal = name.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0) return isForbiddenAddress(literal) ? 'lead to a public address' : null;
  if (!name.includes('.') || INNER_NAMES.test(name)) return 'lead to a public host';
  return null;
}

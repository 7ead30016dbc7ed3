import ipaddr from 'ipaddr.js';
import { type Address, embeddedAddress, isMetadataAddress, isPublicAddress, parseAddress } from './address.ts';

/** What the policy says about one address: on the internet, named by the operator, or neither. */
type Verdict = 'public' | 'named' | 'forbidden';

export interface Destination {
  /** As in the URL: lower case, no brackets. */
  readonly hostname: string;
  readonly port: number;
}

type AllowEntry =
  | { readonly kind: 'host'; readonly hostname: string; readonly port: number | null }
  | { readonly kind: 'address'; readonly address: string; readonly port: number | null }
  | { readonly kind: 'range'; readonly range: [Address, number] };

export interface AddressPolicy {
  /** Judges a resolved or literal address of this destination. */
  judge(address: Address, destination: Destination): Verdict;
  /** True when an entry names this host, whatever it resolves to. */
  namesHost(destination: Destination): boolean;
  /** True when an entry names addresses, so that only resolving a host can tell whether it is named. */
  readonly namesAddresses: boolean;
}

/**
 * Reads the operator's list: host, host:port, IP, IP:port, [IPv6], [IPv6]:port or CIDR. Throws on an entry that is none
 * of these, so that a typing error is seen at start and not taken for permission.
 */
export function createAddressPolicy(allowPrivate: readonly string[]): AddressPolicy {
  const entries = allowPrivate.map(parseAllowEntry).flatMap(withOtherNamesOfThisComputer);

  const namesHost = (destination: Destination): boolean =>
    entries.some(
      (entry) => entry.kind === 'host' && entry.hostname === destination.hostname && portMatches(entry, destination),
    );
  const namesExactly = (address: Address, destination: Destination): boolean =>
    entries.some(
      (entry) => entry.kind === 'address' && entry.address === address.toString() && portMatches(entry, destination),
    );
  const inNamedRange = (address: Address): boolean =>
    entries.some((entry) => entry.kind === 'range' && inRange(address, entry.range));

  const judge = (address: Address, destination: Destination): Verdict => {
    if (namesExactly(address, destination)) return 'named';
    if (isMetadataAddress(address)) return 'forbidden';
    if (namesHost(destination)) return 'named';
    if (inNamedRange(address)) {
      // A range of wrapped addresses (NAT64, say) must not open the private IPv4 addresses inside it.
      const inner = embeddedAddress(address);
      return inner !== null && judge(inner, destination) === 'forbidden' ? 'forbidden' : 'named';
    }
    return isPublicAddress(address) ? 'public' : 'forbidden';
  };

  return { judge, namesHost, namesAddresses: entries.some((entry) => entry.kind !== 'host') };
}

/** `localhost`, 127.0.0.1 and ::1 are one computer (RFC 6761 section 6.3): who names one means all three. */
function withOtherNamesOfThisComputer(entry: AllowEntry): AllowEntry[] {
  const name = entry.kind === 'host' ? entry.hostname : entry.kind === 'address' ? entry.address : '';
  if (entry.kind === 'range' || !['localhost', '127.0.0.1', '::1'].includes(name)) return [entry];
  const { port } = entry;
  return [
    { kind: 'host', hostname: 'localhost', port },
    { kind: 'address', address: '127.0.0.1', port },
    { kind: 'address', address: '::1', port },
  ];
}

function portMatches(entry: { readonly port: number | null }, destination: Destination): boolean {
  return entry.port === null || entry.port === destination.port;
}

function inRange(address: Address, [network, prefixLength]: [Address, number]): boolean {
  if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, prefixLength);
  return network instanceof ipaddr.IPv6 && address.match(network, prefixLength);
}

const ENTRY = /^(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^:[\]]+))(?::(?<port>\d{1,5}))?$/;
const HOSTNAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*$/;

function parseAllowEntry(text: string): AllowEntry {
  const entry = text.trim().toLowerCase();
  if (entry.includes('/')) return { kind: 'range', range: parseRange(entry, text) };

  const whole = parseAddress(entry);
  if (whole) return { kind: 'address', address: whole.toString(), port: null };

  const parts = ENTRY.exec(entry)?.groups;
  const host = parts?.bracketed ?? parts?.plain;
  const port = parts?.port === undefined ? null : Number(parts.port);
  if (host === undefined || (port !== null && (port < 1 || port > 65_535))) throw entryError(text);

  const address = parseAddress(host);
  if (address) return { kind: 'address', address: address.toString(), port };
  // A last label of digits would be read as an IPv4 address by URL parsers, so no host has such a name.
  if (parts?.bracketed !== undefined || !HOSTNAME.test(host) || /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(host)) {
    throw entryError(text);
  }
  return { kind: 'host', hostname: host, port };
}

function parseRange(entry: string, text: string): [Address, number] {
  const [network = '', prefixLength = '', ...rest] = entry.split('/');
  const address = parseAddress(network);
  const bitsMax = address instanceof ipaddr.IPv4 ? 32 : 128;
  if (!address || rest.length > 0 || !/^\d{1,3}$/.test(prefixLength) || Number(prefixLength) > bitsMax)
    throw entryError(text);
  return [address, Number(prefixLength)];
}

function entryError(text: string): Error {
  return new Error(
    `'${text}' in the list of allowed private hosts is not a host name, host:port, IP address or CIDR range ` +
      "(such as 'ollama.lan', '127.0.0.1:11434', '[::1]' or '10.0.0.0/8').",
  );
}

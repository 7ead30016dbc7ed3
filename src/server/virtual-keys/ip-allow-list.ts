import ipaddr from 'ipaddr.js';
import { parseAddress } from '../outbound/address.ts';

const MAPPED_BITS = 96;

/**
 * An address or a network in the one form in which it is stored: host bits cleared, IPv6 in its short form, IPv4 written
 * as IPv6 turned back. Null for what is neither.
 */
export function normaliseNetwork(text: string): string | null {
  const [written = '', prefix, ...rest] = text.split('/');
  const address = parseAddress(written);
  if (address === null || rest.length > 0) return null;
  const bitsMax = address instanceof ipaddr.IPv4 ? 32 : 128;
  const bits = prefix === undefined ? bitsMax : Number(prefix);
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || bits > bitsMax)) return null;
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= MAPPED_BITS) {
    return withoutHostBits(address.toIPv4Address(), bits - MAPPED_BITS);
  }
  return withoutHostBits(address, bits);
}

function withoutHostBits(address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string {
  const isIPv4 = address instanceof ipaddr.IPv4;
  if (bits === (isIPv4 ? 32 : 128)) return address.toString();
  const cidr = `${address.toString()}/${bits}`;
  const network = isIPv4 ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  return `${network.toString()}/${bits}`;
}

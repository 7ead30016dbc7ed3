import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Addresses at which clouds hand credentials to any process on the machine. Each provider documents its own. */
const METADATA_ADDRESSES: ReadonlySet<string> = new Set([
  '169.254.169.254', // AWS, Azure, Google, DigitalOcean, Oracle, OpenStack
  '169.254.170.2', // AWS ECS tasks
  '169.254.170.23', // AWS EKS pod identity
  '169.254.169.253', // AWS resolver
  '169.254.0.23', // Tencent
  '169.254.42.42', // Scaleway
  '100.100.100.200', // Alibaba
  '100.96.0.96', // Volcengine
  '192.0.0.192', // Oracle classic
  '168.63.129.16', // Azure host agent, although in a public range
  'fd00:ec2::254', // AWS
  'fd00:ec2::23', // AWS EKS pod identity
  'fd20:ce::254', // Google
  'fd00:42::42', // Scaleway
]);

/** RFC 4291: the only part of IPv6 that is handed out for use on the internet. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** RFC 4291 section 2.5.5.1: IPv4-compatible, deprecated, still routed to the IPv4 stack by some systems. */
const IPV4_COMPATIBLE = ipaddr.IPv6.parseCIDR('::/96');

/** The address in `text` written plainly (four decimal parts, or IPv6 without zone), else null. */
export function parseAddress(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(':') || text.includes('%')) return null;
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null;
}

/** True only for addresses of the public internet: everything special, reserved or translated is not. */
export function isPublicAddress(address: Address): boolean {
  if (isMetadataAddress(address) || address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST);
}

/** True for a metadata address, also when it is wrapped into IPv6. */
export function isMetadataAddress(address: Address): boolean {
  if (METADATA_ADDRESSES.has(address.toString())) return true;
  const inner = embeddedAddress(address);
  return inner !== null && METADATA_ADDRESSES.has(inner.toString());
}

/**
 * The IPv4 address that an IPv6 address carries and to which a stack, a NAT or a tunnel would deliver: IPv4-mapped,
 * IPv4-compatible, IPv4-translated (RFC 6145), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380).
 */
export function embeddedAddress(address: Address): ipaddr.IPv4 | null {
  if (address instanceof ipaddr.IPv4) return null;
  const bytes = address.toByteArray();
  const range = address.range();
  if (range === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6));
  if (range === 'teredo') return new ipaddr.IPv4(bytes.slice(12).map((byte) => byte ^ 0xff));
  // `::` and `::1` lie in the IPv4-compatible block and are not of that kind.
  if (range === 'unspecified' || range === 'loopback') return null;
  const inLastFourBytes = range === 'ipv4Mapped' || range === 'rfc6145' || range === 'rfc6052';
  if (inLastFourBytes || address.match(IPV4_COMPATIBLE)) return new ipaddr.IPv4(bytes.slice(12));
  return null;
}

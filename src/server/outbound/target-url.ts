import { parseAddress } from './address.ts';
import type { AddressPolicy, Destination } from './address-policy.ts';
import { OutboundError } from './outbound-error.ts';

const URL_CHARACTERS_MAX = 4096;

/** The scheme and the authority exactly as written, before any parser has tidied them. */
const WRITTEN = /^(https?):\/\/([^/?#]+)/i;

/** Spaces, control characters and backslashes are dropped or turned into slashes: two parsers could see two hosts. */
const AMBIGUOUS = /[^!-[\]-~\u00a0-\uffff]/;

/** https://fetch.spec.whatwg.org/#port-blocking: ports of other protocols that an HTTP request could speak to. */
const BLOCKED_PORTS: ReadonlySet<number> = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

const LOCAL_NAMES = /^(?:localhost|localhost\d?\.localdomain\d?|ip6-localhost|ip6-loopback|.+\.localhost)$/;
const METADATA_NAMES: ReadonlySet<string> = new Set([
  'instance-data',
  'instance-data.ec2.internal',
  'metadata',
  'metadata.azure.internal',
  'metadata.google.internal',
  'metadata.tencentyun.com',
]);

/**
 * Parses a URL and makes every check that needs no network. Throws OutboundError `url_invalid` or `address_forbidden`.
 * What a host name resolves to is checked again, and finally, when the connection is opened.
 */
export function parseTargetUrl(text: string, policy: AddressPolicy): URL {
  const [, scheme, authority] = WRITTEN.exec(text) ?? [];
  if (text.length > URL_CHARACTERS_MAX || scheme === undefined || authority === undefined || AMBIGUOUS.test(text)) {
    throw new OutboundError('url_invalid', 'The URL must be written in full, as https://host/path, without spaces.');
  }
  if (authority.includes('@')) {
    throw new OutboundError('url_invalid', 'The URL must not contain a user name or password.');
  }
  if (text.includes('#')) {
    throw new OutboundError('url_invalid', "The URL must not contain a fragment ('#').");
  }
  const url = URL.parse(text);
  if (!url) throw new OutboundError('url_invalid', 'The host or port of the URL is not valid.');

  assertPlainHost(authority, url);
  const destination = destinationOf(url);
  if (BLOCKED_PORTS.has(destination.port)) {
    throw new OutboundError('url_invalid', `Port ${destination.port} belongs to another protocol and is not allowed.`);
  }
  assertHostAllowed(url, destination, policy);
  return url;
}

/** Host and port of a URL in the form that the policy compares. */
export function destinationOf(url: URL): Destination {
  const defaultPort = url.protocol === 'https:' ? 443 : 80;
  return { hostname: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? defaultPort : Number(url.port) };
}

/** The refusal for a host whose address is neither public nor named. Says what an operator can do about it. */
export function forbiddenAddress(host: string): OutboundError {
  return new OutboundError(
    'address_forbidden',
    `${host} is not an address on the public internet. To allow it, the operator adds it to UPSTREAM_ALLOW_PRIVATE.`,
  );
}

/** The refusal of plain http for a host that the operator has not named. */
export function plainHttpRefused(host: string): OutboundError {
  return new OutboundError(
    'url_invalid',
    `Use https:// for ${host}. Plain http:// is only for hosts that the operator named in UPSTREAM_ALLOW_PRIVATE.`,
  );
}

/** Refuses numbers that parsers read as an address (2130706433, 0x7f.1, 017700000001) and names with a final dot. */
function assertPlainHost(authority: string, url: URL): void {
  const written = authority.replace(/:\d*$/, '').toLowerCase();
  const isDisguised = parseAddress(url.hostname) !== null && written !== url.hostname;
  if (isDisguised || url.hostname.endsWith('.')) {
    throw new OutboundError(
      'address_forbidden',
      'Write the host plainly: a name without a final dot, or an address in its usual form.',
    );
  }
}

function assertHostAllowed(url: URL, destination: Destination, policy: AddressPolicy): void {
  const isPlainHttp = url.protocol === 'http:';
  const address = parseAddress(destination.hostname);
  if (address) {
    const verdict = policy.judge(address, destination);
    if (verdict === 'forbidden') throw forbiddenAddress(url.host);
    if (isPlainHttp && verdict !== 'named') throw plainHttpRefused(url.host);
    return;
  }
  if (policy.namesHost(destination)) return;
  if (LOCAL_NAMES.test(destination.hostname) || METADATA_NAMES.has(destination.hostname)) {
    throw forbiddenAddress(url.host);
  }
  if (isPlainHttp && !policy.namesAddresses) throw plainHttpRefused(url.host);
}

import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { Agent, buildConnector, type Dispatcher, Pool } from 'undici';
import { parseAddress } from './outbound/address.ts';
import { type AddressPolicy, createAddressPolicy } from './outbound/address-policy.ts';
import { OutboundError, outboundError, toOutboundError } from './outbound/outbound-error.ts';
import { readReplyBody } from './outbound/reply-body.ts';
import { destinationOf, forbiddenAddress, parseTargetUrl, plainHttpRefused } from './outbound/target-url.ts';

export { OutboundError, type OutboundErrorCode } from './outbound/outbound-error.ts';

const CONNECT_MS_MAX = 10_000;
const KEEP_ALIVE_MS = 30_000;
const KEEP_ALIVE_MS_MAX = 300_000;
const HEADER_BYTES_MAX = 32_768;
const HEADERS_MAX = 128;

export interface OutboundRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** `host` is ignored: the host is always the URL's, which is the one that was checked. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** For the whole call, from the look-up of the name to the last byte. */
  readonly timeoutMs: number;
  /** For the body on the wire and for the body after decompression. */
  readonly bytesMax: number;
  readonly signal?: AbortSignal;
}

export interface OutboundReply {
  readonly httpStatus: number;
  /** Names in lower case; repeated headers are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed. */
  readonly body: Buffer;
  /** From the call to the last byte. */
  readonly latencyMs: number;
}

export interface Outbound {
  /** One call with its whole reply. Rejects with OutboundError only; a reply of any status but 3xx is a reply. */
  request(input: OutboundRequest): Promise<OutboundReply>;
  /** Throws OutboundError `url_invalid` or `address_forbidden` for a URL that no call could ever use. Opens nothing. */
  assertUrlAllowed(url: string): void;
  /** The guarded connections for callers that stream. Every connection it opens passes the same checks. */
  readonly dispatcher: Dispatcher;
  /** Waits for running calls, then closes idle connections. */
  close(): Promise<void>;
}

/** All addresses of a host name. */
export type Lookup = (hostname: string) => Promise<readonly { readonly address: string }[]>;

const lookupBySystem: Lookup = (hostname) => systemLookup(hostname, { all: true, order: 'verbatim' });

/**
 * The only way out of this program. Refuses every address that is not on the public internet unless `allowPrivate`
 * names it, follows no redirect, uses no proxy from the environment and verifies TLS. Throws on a malformed entry of
 * `allowPrivate`.
 */
export function createOutbound(options: { allowPrivate: readonly string[]; lookup?: Lookup }): Outbound {
  const policy = createAddressPolicy(options.allowPrivate);
  const lookup = options.lookup ?? lookupBySystem;
  const dispatcher = new Agent({
    // One pool per origin, so that a connection can only ever be opened by the guard of its own origin.
    factory: (origin) =>
      new Pool(origin, {
        connect: guardedConnector(new URL(origin), policy, lookup),
        allowH2: false,
        pipelining: 1,
        keepAliveTimeout: KEEP_ALIVE_MS,
        keepAliveMaxTimeout: KEEP_ALIVE_MS_MAX,
        maxHeaderSize: HEADER_BYTES_MAX,
      }),
  });
  return {
    request: (input) => request(input, policy, dispatcher),
    assertUrlAllowed: (url) => {
      parseTargetUrl(url, policy);
    },
    dispatcher,
    close: () => dispatcher.close(),
  };
}

async function request(input: OutboundRequest, policy: AddressPolicy, dispatcher: Dispatcher): Promise<OutboundReply> {
  const url = parseTargetUrl(input.url, policy);
  if (input.signal?.aborted) throw outboundError('aborted', url.host);
  const startedAt = performance.now();
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(outboundError('timeout', url.host)), input.timeoutMs);
  const onAbort = (): void => controller.abort(outboundError('aborted', url.host));
  input.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const sent = dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: input.method,
      headers: sentHeaders(input.headers, url.host),
      body: input.body ?? null,
      signal: controller.signal,
      headersTimeout: input.timeoutMs,
      bodyTimeout: input.timeoutMs,
    });
    const reply = await unlessAborted(controller.signal, sent);
    // Destroying the body, below or in the reader, must not surface as an unhandled stream error.
    reply.body.on('error', () => undefined);
    // The reply to HEAD declares the length of a body that does not come.
    const declaredBytesMax = input.method === 'HEAD' ? Number.POSITIVE_INFINITY : input.bytesMax;
    const refusal = refusalOf(reply.statusCode, reply.headers, declaredBytesMax);
    if (refusal) throw outboundError(refusal, url.host);
    const headers = receivedHeaders(reply.headers);
    const body = await readReplyBody({
      stream: reply.body,
      bytesMax: input.bytesMax,
      contentEncoding: input.method === 'HEAD' ? undefined : headers['content-encoding'],
      host: url.host,
    });
    return { httpStatus: reply.statusCode, headers, body, latencyMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    throw toOutboundError(controller.signal.aborted ? controller.signal.reason : error, url.host);
  } finally {
    clearTimeout(timer);
    input.signal?.removeEventListener('abort', onAbort);
    // After a refusal the rest of the reply is unwanted; after a complete reply this does nothing.
    controller.abort();
  }
}

/** undici looks at the signal of a queued call only when it has a connection, which can take as long as connecting may. */
function unlessAborted<T>(signal: AbortSignal, call: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    call.then(resolve, reject);
  });
}

type ReceivedHeaders = Readonly<Record<string, string | string[] | undefined>>;

function refusalOf(httpStatus: number, headers: ReceivedHeaders, bytesMax: number): 'redirected' | 'too_large' | null {
  if (httpStatus >= 300 && httpStatus < 400) return 'redirected';
  if (Object.values(headers).flat().length > HEADERS_MAX) return 'too_large';
  return Number(headers['content-length'] ?? 0) > bytesMax ? 'too_large' : null;
}

function sentHeaders(headers: Readonly<Record<string, string>>, host: string): Record<string, string> {
  const sent = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  // A header that HTTP cannot carry (a pasted secret with a line break) is refused here, in words that do not repeat it.
  if (sent.some(([, value]) => !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))) {
    throw new OutboundError('network', `A header for ${host} contains characters that HTTP cannot carry.`);
  }
  const withoutHost = sent.filter(([name]) => name !== 'host');
  return { 'accept-encoding': 'gzip, deflate, br', ...Object.fromEntries(withoutHost) };
}

function receivedHeaders(headers: ReceivedHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

/** A connector for one origin that hands the socket only addresses the policy has judged, all of them. */
function guardedConnector(origin: URL, policy: AddressPolicy, lookup: Lookup): buildConnector.connector {
  const destination = destinationOf(origin);
  const literal = parseAddress(destination.hostname);
  const connector = buildConnector({
    timeout: CONNECT_MS_MAX,
    allowH2: false,
    minVersion: 'TLSv1.2',
    // Said here so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch verification off.
    rejectUnauthorized: true,
    lookup: guardedLookup(origin, policy, lookup),
  });
  return (options, callback) => {
    try {
      // A literal address never reaches the look-up, so it is judged here, also for callers of `dispatcher`.
      if (literal) assertAddressesAllowed([destination.hostname], origin, policy);
    } catch (error) {
      queueMicrotask(() => callback(toOutboundError(error, origin.host), null));
      return;
    }
    // The name to verify is the origin's, whatever Host header a caller may have set.
    connector({ ...options, servername: literal ? '' : destination.hostname }, callback);
  };
}

/**
 * The resolver of one origin's sockets. The socket connects to the very addresses returned here, so a second, different
 * answer of the name server can never be used. One address that is not allowed refuses them all.
 */
function guardedLookup(origin: URL, policy: AddressPolicy, lookup: Lookup): LookupFunction {
  const resolve = async (hostname: string): Promise<{ address: string; family: number }[]> => {
    const addresses = (await lookup(hostname)).map((answer) => answer.address);
    if (addresses.length === 0) throw outboundError('host_not_found', origin.host);
    assertAddressesAllowed(addresses, origin, policy);
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  const resolveWithCallback = callbackify(resolve);
  return (hostname, options, callback) => {
    resolveWithCallback(hostname, (error, answers) => {
      if (error) callback(toOutboundError(error, origin.host), '');
      else if (options.all) callback(null, answers);
      else callback(null, answers[0]?.address ?? '', answers[0]?.family ?? 0);
    });
  };
}

function assertAddressesAllowed(addresses: readonly string[], origin: URL, policy: AddressPolicy): void {
  const destination = destinationOf(origin);
  for (const text of addresses) {
    const address = parseAddress(text);
    const verdict = address ? policy.judge(address, destination) : 'forbidden';
    if (verdict === 'forbidden') throw forbiddenAddress(origin.host);
    if (origin.protocol === 'http:' && verdict !== 'named') throw plainHttpRefused(origin.host);
  }
}

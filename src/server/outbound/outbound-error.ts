import type { NetworkReason } from '../../providers/probe-reasons.ts';

export type OutboundErrorCode = NetworkReason;

/**
 * Why an outbound call gave no reply. The message is fit for a person's eyes: it names at most the host, never a path,
 * a query, a header, a body or what the library below said, for each of these can hold a secret. For the same reason it
 * carries no `cause`.
 */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly code: OutboundErrorCode;

  constructor(code: OutboundErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const CODES: Readonly<Record<string, OutboundErrorCode>> = {
  ECONNREFUSED: 'connection_refused',
  ENOTFOUND: 'host_not_found',
  ENODATA: 'host_not_found',
  EAI_AGAIN: 'host_not_found',
  EAI_FAIL: 'host_not_found',
  EAI_NODATA: 'host_not_found',
  EAI_NONAME: 'host_not_found',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'too_large',
  HPE_HEADER_OVERFLOW: 'too_large',
  ERR_BUFFER_TOO_LARGE: 'too_large',
  EPROTO: 'tls',
};

/** Names that OpenSSL gives to certificates it refuses and that do not begin with ERR_TLS_ or ERR_SSL_. */
const CERTIFICATE_CODE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY|DECRYPT|DECODE)|HOSTNAME_MISMATCH|CRL/;

const MESSAGES: Readonly<Record<OutboundErrorCode, (host: string) => string>> = {
  address_forbidden: (host) => `Calls to ${host} are not allowed.`,
  url_invalid: () => 'The URL cannot be used.',
  host_not_found: (host) => `The host ${host} was not found. Check its spelling and the server's DNS.`,
  connection_refused: (host) => `${host} refused the connection. Check that the service runs and the port is right.`,
  timeout: (host) => `${host} did not answer in time.`,
  tls: (host) => `A secure connection to ${host} could not be made: its certificate or TLS version is not accepted.`,
  too_large: (host) => `The reply of ${host} is larger than allowed.`,
  redirected: (host) => `${host} answered with a redirect, which is never followed. Enter the final address instead.`,
  aborted: (host) => `The call to ${host} was stopped before it ended.`,
  network: (host) => `The connection to ${host} failed.`,
};

/** An OutboundError with the standard sentence for its code. */
export function outboundError(code: OutboundErrorCode, host: string): OutboundError {
  return new OutboundError(code, MESSAGES[code](host));
}

/** Turns whatever a socket, the TLS layer or undici threw into an OutboundError that repeats none of its text. */
export function toOutboundError(thrown: unknown, host: string): OutboundError {
  // Errors nest at most a few levels: undici's own, an AggregateError of several addresses, the system's.
  const queue: unknown[] = [thrown];
  for (let position = 0; position < queue.length && position < 16; position += 1) {
    const error = queue[position];
    if (error instanceof OutboundError) return error;
    if (!(error instanceof Error)) continue;
    const code = codeOf(error);
    if (code !== undefined) return outboundError(code, host);
    if (error instanceof AggregateError) queue.push(...error.errors);
    queue.push(error.cause);
  }
  return outboundError('network', host);
}

function codeOf(error: Error): OutboundErrorCode | undefined {
  if (!('code' in error) || typeof error.code !== 'string') return undefined;
  if (Object.hasOwn(CODES, error.code)) return CODES[error.code];
  if (error.code.startsWith('ERR_TLS_') || error.code.startsWith('ERR_SSL_')) return 'tls';
  return CERTIFICATE_CODE.test(error.code) ? 'tls' : undefined;
}

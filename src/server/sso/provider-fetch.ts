import type { CustomFetch } from 'openid-client';
import type { Outbound } from '../outbound.ts';

const ANSWER_MS_MAX = 10_000;
/** Discovery documents, key sets and tokens are a few kB. */
const BYTES_MAX = 512 * 1024;

/**
 * How the OpenID Connect library reaches a provider: by the guarded way out, which checks addresses and certificates and
 * follows no redirect. Rejects with OutboundError.
 */
export function createProviderFetch(outbound: Outbound): CustomFetch {
  return async (url, { body, headers, method, signal }) => {
    const isPost = method === 'POST';
    const reply = await outbound.request({
      method: isPost ? 'POST' : 'GET',
      url,
      headers,
      ...(isPost ? { body: textOf(body) } : {}),
      timeoutMs: ANSWER_MS_MAX,
      bytesMax: BYTES_MAX,
      ...(signal === undefined ? {} : { signal }),
    });
    // The body is decompressed and whole: what described it on the wire no longer does.
    const { 'content-encoding': _encoding, 'content-length': _length, ...rest } = reply.headers;
    const hasBody = reply.httpStatus !== 204 && reply.httpStatus !== 205;
    return new Response(hasBody ? new Uint8Array(reply.body) : null, { status: reply.httpStatus, headers: rest });
  };
}

/** The library sends forms; nothing else has any business here. */
function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  if (body === undefined || body === null) return '';
  throw new TypeError('only forms are sent to a provider');
}

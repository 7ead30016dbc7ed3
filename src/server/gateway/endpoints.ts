import type { Dialect } from '../../contract/vocabulary.ts';
import type { Metering } from '../usage/usage-event.ts';

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the gateway; `{model}` may hold slashes, other parts may not. */
  readonly path: string;
  /** The wire format, or null for the other calls of an OpenAI-style interface. */
  readonly dialect: Dialect | null;
  /** As usage events name it. */
  readonly name: string;
  readonly metering: Metering;
  /** Answered by the gateway itself. */
  readonly isOwn?: true;
  /** A member of the body that has the answer come later, by another call: the reply to this one tells no usage then. */
  readonly deferredBy?: string;
}

const openai = (
  method: Endpoint['method'],
  name: string,
  metering: Metering,
  options: { dialect?: Dialect; deferredBy?: string } = {},
): Endpoint => ({ method, path: `/v1/${name}`, dialect: null, name, metering, ...options });

const gemini = (name: string, metering: Metering): readonly Endpoint[] =>
  ['/v1beta', '/v1'].map((base) => ({
    method: 'POST',
    path: `${base}/models/{model}:${name}`,
    dialect: 'gemini',
    name,
    metering,
  }));

const own = (path: string, dialect: Dialect): Endpoint => ({
  method: 'GET',
  path,
  dialect,
  name: 'models',
  metering: 'free',
  isOwn: true,
});

/** Every call the gateway knows. What is not here is refused, or goes through /proxy/{provider}/. */
export const endpoints: readonly Endpoint[] = [
  openai('POST', 'chat/completions', 'usage', { dialect: 'openai-chat', deferredBy: 'deferred' }),
  openai('POST', 'responses', 'usage', { dialect: 'openai-responses', deferredBy: 'background' }),
  openai('POST', 'responses/input_tokens', 'free', { dialect: 'openai-responses' }),
  openai('GET', 'responses/{id}', 'free', { dialect: 'openai-responses' }),
  openai('DELETE', 'responses/{id}', 'free', { dialect: 'openai-responses' }),
  openai('POST', 'responses/{id}/cancel', 'free', { dialect: 'openai-responses' }),
  openai('GET', 'responses/{id}/input_items', 'free', { dialect: 'openai-responses' }),
  openai('POST', 'completions', 'usage'),
  openai('POST', 'embeddings', 'usage'),
  openai('POST', 'rerank', 'usage'),
  openai('POST', 'moderations', 'free'),
  openai('POST', 'images/generations', 'usage'),
  openai('POST', 'images/edits', 'usage'),
  openai('POST', 'audio/transcriptions', 'usage'),
  openai('POST', 'audio/translations', 'usage'),
  openai('POST', 'audio/speech', 'unmetered'),
  openai('GET', 'files', 'unmetered'),
  openai('POST', 'files', 'unmetered'),
  openai('GET', 'files/{id}', 'unmetered'),
  openai('DELETE', 'files/{id}', 'unmetered'),
  openai('GET', 'files/{id}/content', 'unmetered'),
  openai('POST', 'batches', 'refused'),
  openai('GET', 'realtime', 'refused'),
  openai('POST', 'realtime/sessions', 'refused'),
  openai('POST', 'fine_tuning/jobs', 'refused'),
  openai('POST', 'videos', 'refused'),
  { method: 'POST', path: '/v1/messages', dialect: 'anthropic-messages', name: 'messages', metering: 'usage' },
  {
    method: 'POST',
    path: '/v1/messages/count_tokens',
    dialect: 'anthropic-messages',
    name: 'count_tokens',
    metering: 'free',
  },
  {
    method: 'POST',
    path: '/v1/messages/batches',
    dialect: 'anthropic-messages',
    name: 'messages/batches',
    metering: 'refused',
  },
  ...gemini('generateContent', 'usage'),
  ...gemini('streamGenerateContent', 'usage'),
  ...gemini('countTokens', 'free'),
  ...gemini('embedContent', 'usage'),
  ...gemini('batchEmbedContents', 'usage'),
  ...gemini('predict', 'unmetered'),
  ...gemini('batchGenerateContent', 'refused'),
  ...gemini('predictLongRunning', 'refused'),
  own('/v1/models', 'openai-chat'),
  own('/v1/models/{model}', 'openai-chat'),
  own('/v1beta/models', 'gemini'),
  own('/v1beta/models/{model}', 'gemini'),
];

export interface EndpointMatch {
  readonly endpoint: Endpoint;
  /** What the path holds: `model`, `id`. Decoded. */
  readonly parts: Readonly<Record<string, string>>;
  /** The path after the gateway's aliases were undone, without the query. */
  readonly path: string;
  /** The path is the provider's own, from its origin, and not the gateway's. */
  readonly isFromOrigin?: true;
}

const compiled = endpoints.map((endpoint) => ({ endpoint, pattern: patternOf(endpoint.path) }));
/** The calls whose path has no parts, by method and path: those need no search. */
const plain: ReadonlyMap<string, EndpointMatch> = new Map(
  endpoints
    .filter(({ path }) => !path.includes('{'))
    .map((endpoint) => [`${endpoint.method} ${endpoint.path}`, { endpoint, parts: {}, path: endpoint.path }]),
);

function patternOf(path: string): RegExp {
  const source = path
    .split(/(\{\w+\})/)
    .map((part) => {
      if (part === '{model}') return '(?<model>[^:?#]+?)';
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      return name === undefined ? RegExp.escape(part) : `(?<${name}>[^/?#]+)`;
    })
    .join('');
  return new RegExp(`^${source}$`);
}

const ROOT_ALIAS =
  /^\/(?:chat\/completions|completions|responses|embeddings|messages|models|rerank|images|audio)(?:\/|$)/;
/** The Google provider of the AI SDK leaves `models/` out where a model's name has a slash. */
const BARE_GEMINI_MODEL = /^(\/v1(?:beta)?)\/(?!models\/)([^:]+\/[^:]+:\w+)$/;

/** The usual mistakes in a base URL, undone: `/v1/v1/...`, `/chat/completions`, `/v1beta/v1beta/...`, a slash at the end. */
export function canonicalPath(path: string): string {
  let canonical = path.replace(/\/{2,}/g, '/');
  if (canonical.length > 1 && canonical.endsWith('/')) canonical = canonical.slice(0, -1);
  canonical = canonical.replace(/^\/v1\/(?=v1(?:beta)?\/)|^\/v1beta\/(?=v1(?:beta)?\/)/, '/');
  if (ROOT_ALIAS.test(canonical)) canonical = `/v1${canonical}`;
  return canonical.replace(BARE_GEMINI_MODEL, '$1/models/$2');
}

/** The endpoint of a call, `method` when the path takes others only, or null. */
export function findEndpoint(method: string, path: string): EndpointMatch | 'method' | null {
  const atOnce = plain.get(`${method} ${path}`);
  if (atOnce !== undefined) return atOnce;
  const canonical = canonicalPath(path);
  let isKnownPath = false;
  for (const { endpoint, pattern } of compiled) {
    const match = pattern.exec(canonical);
    if (match === null) continue;
    if (endpoint.method !== method) {
      isKnownPath = true;
      continue;
    }
    const parts: Record<string, string> = {};
    for (const [name, value] of Object.entries(match.groups ?? {})) parts[name] = decode(value);
    return { endpoint, parts, path: canonical };
  }
  return isKnownPath ? 'method' : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a call is the gateway's: its paths, and the roots that clients with a wrong base URL use. */
export function isGatewayCall(method: string, path: string, hasGatewayCredential: boolean): boolean {
  if (/^\/(?:v1|v1beta|proxy)(?:\/|$)/.test(path)) return true;
  // The dashboard has pages by some of these names: a browser that opens one sends no key.
  return ROOT_ALIAS.test(path) && (method === 'POST' || hasGatewayCredential);
}

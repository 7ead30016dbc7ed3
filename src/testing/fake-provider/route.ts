import type { IncomingHttpHeaders } from 'node:http';
import type { AccountEndpoint } from './account-endpoints.ts';
import { anthropicFailures } from './failures/anthropic.ts';
import type { FailureShapes } from './failures/failure.ts';
import { googleFailures } from './failures/google.ts';
import { type Flavour, flavours } from './flavours.ts';

type OpenaiKind =
  | 'chat'
  | 'completions'
  | 'responses'
  | 'input_tokens'
  | 'embeddings'
  | 'images'
  | 'speech'
  | 'transcription'
  | 'moderations'
  | 'rerank';

type Endpoint =
  | { readonly kind: OpenaiKind | 'messages' | 'count_tokens' }
  | { readonly kind: 'stored_response' | 'files'; readonly id: string; readonly below: string }
  | { readonly kind: 'models'; readonly shape: 'openai' | 'anthropic' | 'gemini' }
  | { readonly kind: 'gemini'; readonly model: string; readonly method: string }
  | { readonly kind: 'account'; readonly answer: AccountEndpoint }
  | { readonly kind: 'unknown' };

export interface Route {
  readonly flavour: Flavour;
  readonly endpoint: Endpoint;
  /** A failure is told in the dialect that was spoken. */
  readonly failures: FailureShapes;
}

/** Which provider and endpoint a path means. Only a provider's true paths are known; anything else is `unknown`. */
export function routeOf(pathname: string, headers: IncomingHttpHeaders): Route {
  const [, first = '', rest = ''] = /^\/([^/]+)(\/.*)?$/.exec(pathname) ?? [];
  const named = flavours.find((flavour) => flavour.id === first);
  const candidates = named ? [named] : hinted(headers);
  const path = named ? rest : pathname;
  for (const flavour of candidates) {
    const endpoint = endpointOf(flavour, path, headers);
    if (endpoint) return { flavour, endpoint, failures: failuresOf(flavour, endpoint) };
  }
  const flavour = candidates[0] ?? flavourOf('openai');
  return { flavour, endpoint: { kind: 'unknown' }, failures: flavour.failures };
}

/** The provider with this id. Throws for an id that the fake does not play. */
export function flavourOf(id: string): Flavour {
  const found = flavours.find((flavour) => flavour.id === id);
  if (!found) throw new Error(`The fake provider does not play '${id}'.`);
  return found;
}

/** All providers, the one that the headers speak of first. */
function hinted(headers: IncomingHttpHeaders): readonly Flavour[] {
  const isAnthropic = headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined;
  if (isAnthropic) return [flavourOf('anthropic'), ...flavours];
  return headers['x-goog-api-key'] === undefined ? flavours : [flavourOf('google'), ...flavours];
}

function failuresOf(flavour: Flavour, endpoint: Endpoint): FailureShapes {
  if (endpoint.kind === 'messages' || endpoint.kind === 'count_tokens') return anthropicFailures;
  return endpoint.kind === 'gemini' ? googleFailures : flavour.failures;
}

const OPENAI_ENDPOINTS: Readonly<Record<string, OpenaiKind>> = {
  '/chat/completions': 'chat',
  '/completions': 'completions',
  '/responses': 'responses',
  '/responses/input_tokens': 'input_tokens',
  '/embeddings': 'embeddings',
  '/images/generations': 'images',
  '/images/edits': 'images',
  '/audio/speech': 'speech',
  '/audio/transcriptions': 'transcription',
  '/audio/translations': 'transcription',
  '/moderations': 'moderations',
  '/rerank': 'rerank',
};
const ANTHROPIC_ENDPOINTS: Readonly<Record<string, 'messages' | 'count_tokens'>> = {
  '/messages': 'messages',
  '/messages/count_tokens': 'count_tokens',
};

function endpointOf(flavour: Flavour, path: string, headers: IncomingHttpHeaders): Endpoint | null {
  const account = Object.hasOwn(flavour.account, path) ? flavour.account[path] : undefined;
  if (account) return { kind: 'account', answer: account };
  for (const below of belowBases(path, flavour.anthropicBases)) {
    const kind = ANTHROPIC_ENDPOINTS[below];
    if (kind) return { kind };
    if (below === '/models' && headers['anthropic-version'] !== undefined)
      return { kind: 'models', shape: 'anthropic' };
  }
  for (const below of belowBases(path, flavour.geminiBases)) {
    const [, model, method] = /^\/(?:models\/)?(.+):(\w+)$/.exec(below) ?? [];
    if (model !== undefined && method !== undefined) return { kind: 'gemini', model, method };
    if (below === '/models') return { kind: 'models', shape: 'gemini' };
  }
  for (const below of belowBases(path, flavour.openaiBases)) {
    const kind = OPENAI_ENDPOINTS[below];
    if (kind) return { kind };
    if (below === '/models') return { kind: 'models', shape: 'openai' };
    const [, noun, id = '', rest = ''] = /^\/(responses|files)(?:\/([^/]+)(\/.*)?)?$/.exec(below) ?? [];
    if (noun !== undefined) return { kind: noun === 'files' ? 'files' : 'stored_response', id, below: rest };
  }
  return null;
}

function belowBases(path: string, bases: readonly string[]): string[] {
  return bases.filter((base) => path.startsWith(`${base}/`)).map((base) => path.slice(base.length));
}

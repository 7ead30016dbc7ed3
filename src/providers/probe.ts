import { type AddressInput, mainInterface, normaliseBaseUrl, resolveAddress } from './base-url.ts';
import { modelListPaths } from './model-list.ts';
import type { NetworkReason, ProbeReason } from './probe-reasons.ts';
import type { Provider, ProviderReply, ProviderRequest } from './provider.ts';
import { type Address, accessHeaders, callUrl, getRequest, isSendableSecret } from './provider-request.ts';
import { type ProbeReading, readingOf, readProbe } from './read-probe.ts';

export { readProbe } from './read-probe.ts';

export interface ProbeInput extends AddressInput {
  /** Empty for a server that needs no key. */
  readonly secret: string;
}

export interface ProbeRequest extends ProviderRequest {
  /** The base URL that is right if this request succeeds. */
  readonly baseUrl: string;
  /** The credential's address is on another host than the provider's own. */
  readonly isMoved: boolean;
  /** The same call without the secret, where only the difference proves the key. */
  readonly withoutSecret: ProviderRequest | null;
}

/** Thrown by buildProbe for input that probeProblem would have refused. Its message repeats nothing of the input. */
export class ProbeInputError extends Error {
  override readonly name = 'ProbeInputError';
  readonly reason: ProbeReason;

  constructor(reason: ProbeReason) {
    super(`No connection test is possible: ${reason}.`);
    this.reason = reason;
  }
}

const CANDIDATES_MAX = 4;

/** Why no request can be built for this input, or null. */
export function probeProblem(provider: Provider, input: ProbeInput): ProbeReason | null {
  if (provider.untestablePattern !== undefined && new RegExp(provider.untestablePattern).test(input.secret)) {
    return 'cannot_test';
  }
  if (input.secret === '' && !provider.isKeyOptional) return 'missing_key';
  if (input.secret !== '' && !isSendableSecret(input.secret)) return 'malformed_key';
  const address = resolveAddress(provider, input);
  return address.ok ? null : address.reason;
}

/** The cheapest request that proves the key. Throws ProbeInputError where probeProblem names a reason. */
export function buildProbe(provider: Provider, input: ProbeInput): ProbeRequest {
  const [first] = buildProbes(provider, input);
  if (!first) throw new ProbeInputError('dialect_unavailable');
  return first;
}

/**
 * The requests that can prove the key, best first: the next is worth sending when the host does not know the path of the
 * one before. At most four. Throws as buildProbe does.
 */
export function buildProbes(provider: Provider, input: ProbeInput): readonly ProbeRequest[] {
  const problem = probeProblem(provider, input);
  if (problem !== null) throw new ProbeInputError(problem);
  const address = resolveAddress(provider, input);
  if (!address.ok) throw new ProbeInputError(address.reason);

  const pair = pairProbe(provider, address, input.secret);
  if (pair) return [pair];
  const isMain = address.dialect === mainInterface(provider).dialect;
  const own = isMain ? ownProbe(provider, address, input.secret) : null;
  const candidates = [...(own ? [own] : []), ...listProbes(provider, address, input.secret)];
  // Where a known path was put in place of the one that was typed, the typed one is worth a try as well.
  const typed = isMain && address.dialect !== null ? normaliseBaseUrl(input.baseUrl ?? '', address.dialect) : null;
  if (typed !== null && typed !== address.baseUrl && typed !== provider.baseUrl) {
    candidates.push(...listProbes(provider, { ...address, baseUrl: typed }, input.secret));
  }
  const seen = new Set<string>();
  return candidates.filter((candidate) => !seen.has(candidate.url) && seen.add(candidate.url)).slice(0, CANDIDATES_MAX);
}

function ownProbe(provider: Provider, address: Address, secret: string): ProbeRequest | null {
  const { probe } = provider;
  const url = callUrl(address, probe.at);
  if (url === null) return null;
  if (probe.method === 'GET') {
    const request = getRequest(address, url, secret);
    return toProbe(request, address, probe.mayBePublic === true);
  }
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const request: ProviderRequest = {
    method: 'POST',
    url,
    headers: { ...headers, ...accessHeaders(address.access, secret) },
    body: JSON.stringify(probe.body ?? {}),
  };
  return toProbe(request, address, false);
}

/** The model lists that may stand in for the provider's own probe, and the `/v1` that people leave out. */
function listProbes(provider: Provider, address: Address, secret: string): ProbeRequest[] {
  const { dialect, baseUrl } = address;
  if (dialect === null) return [];
  const isPresetHost = !address.isMoved && !address.access.baseUrl.includes('{') && !provider.probe.mustBeList;
  if (isPresetHost && (provider.modelList === null || provider.modelList.isPublic)) return [];
  const mayBePublic = provider.probe.mayBePublic === true || provider.modelList?.isPublic === true;
  const listUrl = `${baseUrl}${modelListPaths[dialect]}`;
  const requests = [toProbe(getRequest(address, listUrl, secret), address, mayBePublic)];
  const lacksVersion = !/\/v\d+[a-z]*(?:\/|$)/.test(baseUrl.slice(8));
  if (!isPresetHost && dialect.startsWith('openai') && lacksVersion) {
    const withVersion = { ...address, baseUrl: `${baseUrl}/v1` };
    const request = getRequest(withVersion, `${withVersion.baseUrl}/models`, secret);
    requests.push(toProbe(request, withVersion, mayBePublic));
  }
  return requests;
}

function toProbe(request: ProviderRequest, address: Address, mayBePublic: boolean): ProbeRequest {
  const authNames = [address.access.auth.name, address.access.alternativeAuth?.auth.name].map((name) =>
    name?.toLowerCase(),
  );
  const others = Object.entries(request.headers).filter(([name]) => !authNames.includes(name));
  const isSent = others.length < Object.keys(request.headers).length;
  return {
    ...request,
    baseUrl: address.baseUrl,
    isMoved: address.isMoved,
    withoutSecret: mayBePublic && isSent ? { ...request, headers: Object.fromEntries(others) } : null,
  };
}

/** A token for an id and a secret: free, and proof of both. The pair travels in the body, not in the URL. */
function pairProbe(provider: Provider, address: Address, secret: string): ProbeRequest | null {
  const { pairedSecret } = provider;
  const [, clientId, clientSecret] = pairedSecret ? (new RegExp(pairedSecret.pattern).exec(secret) ?? []) : [];
  if (!pairedSecret || clientId === undefined || clientSecret === undefined) return null;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  return {
    method: 'POST',
    url: callUrl(address, pairedSecret.tokenUrl) ?? `${address.baseUrl}${new URL(pairedSecret.tokenUrl).pathname}`,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    baseUrl: address.baseUrl,
    isMoved: address.isMoved,
    withoutSecret: null,
  };
}

/** Sends one request and gives the reply, or why there is none. */
export type SendProbe = (
  request: ProviderRequest,
) => Promise<ProviderReply | { readonly networkReason: NetworkReason }>;

export interface ProbeOutcome extends ProbeReading {
  readonly httpStatus?: number;
  /** The base URL that answered, if it is not the one that was given. */
  readonly suggestedBaseUrl?: string;
}

/**
 * The whole connection test with the caller's means of sending: tries the next path while the host does not know one,
 * and makes sure that a success was owed to the key. At most five requests. Rejects only if `send` does.
 */
export async function probeCredential(provider: Provider, input: ProbeInput, send: SendProbe): Promise<ProbeOutcome> {
  const problem = probeProblem(provider, input);
  if (problem !== null) return readingOf(problem);
  let first: ProbeOutcome | undefined;
  for (const request of buildProbes(provider, input)) {
    const reply = await send(request);
    if ('networkReason' in reply) return first ?? readingOf(reply.networkReason);
    const reading = readProbe(provider, reply, { secret: input.secret, isMoved: request.isMoved });
    const outcome: ProbeOutcome = { ...reading, httpStatus: reply.httpStatus };
    if (outcome.reason === 'wrong_endpoint' || outcome.reason === 'not_an_api') {
      first ??= outcome;
      continue;
    }
    const isOtherPath = first !== undefined && request.baseUrl !== buildProbe(provider, input).baseUrl;
    return {
      ...(await confirm(provider, { request, outcome, send, isSecretSent: input.secret !== '' })),
      ...(isOtherPath ? { suggestedBaseUrl: request.baseUrl } : {}),
    };
  }
  return first ?? readingOf('unexpected_reply');
}

/** A success that the host also grants without the key says nothing about the key. */
async function confirm(
  provider: Provider,
  input: {
    readonly request: ProbeRequest;
    readonly outcome: ProbeOutcome;
    readonly send: SendProbe;
    readonly isSecretSent: boolean;
  },
): Promise<ProbeOutcome> {
  const { request, outcome, send, isSecretSent } = input;
  if (outcome.reason !== 'valid') return outcome;
  if (!request.withoutSecret) {
    return isSecretSent ? outcome : { ...outcome, ...readingOf('reachable_no_key') };
  }
  const reply = await send(request.withoutSecret);
  if ('networkReason' in reply || reply.httpStatus < 200 || reply.httpStatus >= 300) return outcome;
  if (readProbe(provider, reply).reason !== 'valid') return outcome;
  return { ...outcome, ...readingOf(provider.region === 'local' ? 'reachable_no_key' : 'list_is_public') };
}

import { randomInt } from 'node:crypto';
import type { Dialect } from '../../contract/vocabulary.ts';
import { findModel } from '../../providers/catalog/find-model.ts';
import type { Address } from '../../providers/provider-request.ts';
import type { ModelCatalogue } from '../models/catalogue.ts';
import { destinationOf } from './destination.ts';
import type { AttemptFailure, Blame, Health } from './health.ts';
import type { Call } from './parse-call.ts';
import type { Refusal } from './refusals.ts';
import type { CredentialEntry, PoolMember, VirtualKeyEntry, WorkspaceEntry } from './snapshot.ts';

/** A credential that can serve the call, and how. */
export interface Candidate {
  readonly credential: CredentialEntry;
  readonly address: Address;
  /** What the provider is asked for; null where the endpoint has no model. */
  readonly model: string | null;
  readonly blame: Blame;
}

interface Selection {
  readonly call: Call;
  readonly virtualKey: VirtualKeyEntry;
  readonly workspace: WorkspaceEntry;
  readonly catalogue: ModelCatalogue;
  readonly health: Health;
  /** The one that must be used: a stored response lives where it was made. */
  readonly pinned: string | null;
  readonly provider: string | null;
  readonly nowMs: number;
  readonly monotonicMs: number;
}

interface Offer extends PoolMember {
  readonly address: Address;
  readonly model: string | null;
  readonly certainty: Certainty;
}

/** How sure it is that a provider has the model. `open`: its models are its owner's to choose. */
type Certainty = 'listed' | 'open' | 'unknown';

/**
 * The credentials of the pool that can serve a call, best first: by priority, then by chance according to the weights,
 * those that rest left out. With none, why.
 */
export function selectCredentials(selection: Selection): Candidate[] | Refusal {
  const { call, virtualKey } = selection;
  const offers = findOffers(selection);
  if ('code' in offers) return offers;
  const allowed = offers.filter(({ credential, model }) => isModelAllowed(virtualKey, call.model, credential, model));
  if (allowed.length === 0) return modelRefusal(call);
  const candidates = inOrder(allowed).map((offer) => candidateOf(offer, virtualKey));
  return withoutResting(candidates, selection);
}

/**
 * A chosen candidate as it is now, by the same rules as when it was chosen: with its new secret where that was rotated, at
 * the address where it lives now. A refusal when its key was taken back from the virtual key, whatever the way, or the model.
 */
export function candidateNow(
  { credential: before, model }: Candidate,
  { virtualKey, call, nowMs }: Pick<Selection, 'virtualKey' | 'call' | 'nowMs'>,
): Candidate | Refusal {
  const member = virtualKey.pool.find(({ credential }) => credential.id === before.id);
  if (member === undefined || member.credential.provider.id !== before.provider.id) return takenBack;
  const { credential } = member;
  const address = isExpired(credential, nowMs) ? null : addressFor(credential, interfaceOf(call));
  if (address === null) return takenBack;
  if (!isModelAllowed(virtualKey, call.model, credential, model)) return modelRefusal(call);
  return candidateOf({ credential, address, model }, virtualKey);
}

const takenBack: Refusal = {
  code: 'no_key_available',
  message: 'The key that was to serve this call was taken back meanwhile, and there is no other. Send it again.',
};

function modelRefusal({ model }: Call): Refusal {
  const message = `Model '${model}' is not allowed for this virtual key. Ask an owner to add it.`;
  return { code: 'model_not_allowed', message };
}

function findOffers(selection: Selection): Offer[] | Refusal {
  const { call, virtualKey, workspace, nowMs, pinned, provider } = selection;
  const dialect = interfaceOf(call);
  const asked = call.model === null ? null : (workspace.aliases.get(call.model) ?? call.model);
  const able = virtualKey.pool.flatMap((member) => {
    const { credential } = member;
    if (pinned !== null && credential.id !== pinned) return [];
    if (provider !== null && credential.provider.id !== provider) return [];
    if (isExpired(credential, nowMs)) return [];
    const address = addressFor(credential, dialect);
    return address === null ? [] : [{ ...member, address }];
  });
  if (able.length === 0) return nobodyServes(selection);
  if (asked === null) return able.map((member) => ({ ...member, model: null, certainty: 'open' }));
  const slash = asked.indexOf('/');
  const named = slash < 0 ? [] : able.filter(({ credential }) => credential.provider.id === asked.slice(0, slash));
  const [members, model] = named.length > 0 ? [named, asked.slice(slash + 1)] : [able, asked];
  const offers = members.map((member) => ({ ...member, model, certainty: certaintyOf(selection, member, model) }));
  for (const certainty of ['listed', 'open'] as const) {
    const found = offers.filter((offer) => offer.certainty === certainty);
    if (found.length > 0) return found;
  }
  // A name that nobody knows is sent on only where there is no doubt about whom it is for: a model of tomorrow.
  const isOneProvider = new Set(offers.map(({ credential }) => credential.provider.id)).size === 1;
  if (isOneProvider) return offers;
  const message = `No key of this virtual key is known to offer the model '${call.model}'. Check its name, or write it as provider/model.`;
  return { code: 'model_not_found', message };
}

/** The dialect whose base URL carries the call; plain OpenAI-style calls go where chat does. Null: the main interface. */
function interfaceOf({ dialect, match }: Call): Dialect | null {
  return dialect ?? (match.isFromOrigin ? null : 'openai-chat');
}

const isExpired = ({ expiresAtMs }: CredentialEntry, nowMs: number): boolean =>
  expiresAtMs !== null && expiresAtMs <= nowMs;

function addressFor(credential: CredentialEntry, dialect: Dialect | null): Address | null {
  const address = credential.addressOf(dialect);
  // Asked before every use: a secret only ever goes to a host that it was given for.
  return address !== null && credential.origins.has(destinationOf(address).origin) ? address : null;
}

function nobodyServes({ virtualKey, call, provider }: Selection): Refusal {
  if (virtualKey.pool.length === 0) {
    return { code: 'no_key_available', message: 'This virtual key has no key that works any more. Ask an owner.' };
  }
  const message =
    provider === null
      ? `No key of this virtual key speaks ${interfaceOf(call)}. Add a key of a provider that does.`
      : `No key of this virtual key is of the provider '${provider}'.`;
  return { code: 'model_not_found', message };
}

function certaintyOf({ workspace, catalogue }: Selection, { credential }: PoolMember, model: string): Certainty {
  const { provider, isMoved } = credential;
  if (workspace.listed.has(`${provider.id} ${model}`)) return 'listed';
  const models = catalogue.modelsOfProvider(provider.id);
  if (findModel(models, model) !== null) return 'listed';
  return models.length === 0 || isMoved ? 'open' : 'unknown';
}

/** Patterns name a model, `provider/model` or an alias; a `*` at the end stands for any ending. */
function isModelAllowed(
  { models }: VirtualKeyEntry,
  asked: string | null,
  { provider }: CredentialEntry,
  model: string | null,
): boolean {
  if (models === null || asked === null || model === null) return true;
  const names = [asked, model, `${provider.id}/${model}`];
  return models.some((pattern) =>
    pattern.endsWith('*') ? names.some((name) => name.startsWith(pattern.slice(0, -1))) : names.includes(pattern),
  );
}

function inOrder(offers: readonly Offer[]): readonly Offer[] {
  if (offers.length < 2) return offers;
  const byPriority = [...Map.groupBy(offers, ({ priority }) => priority)].sort(([a], [b]) => a - b);
  return byPriority.flatMap(([, equals]) => byChance(equals));
}

/** Draws without putting back, each with a chance in proportion to its weight. */
function byChance(offers: readonly Offer[]): Offer[] {
  const left = [...offers];
  const drawn: Offer[] = [];
  while (left.length > 1) {
    let point = randomInt(left.reduce((sum, { weight }) => sum + weight, 0));
    let index = 0;
    while (point >= (left[index]?.weight ?? Number.POSITIVE_INFINITY)) {
      point -= left[index]?.weight ?? 0;
      index += 1;
    }
    drawn.push(...left.splice(index, 1));
  }
  return [...drawn, ...left];
}

function candidateOf(
  { credential, address, model }: Omit<Candidate, 'blame'>,
  { workspaceId }: VirtualKeyEntry,
): Candidate {
  const { origin } = destinationOf(address);
  return {
    credential,
    address,
    model,
    blame: { workspaceId, credentialId: credential.id, version: credential.version, model, origin },
  };
}

const restReasons: Readonly<Record<AttemptFailure, string>> = {
  invalid_key: 'the provider refuses the key',
  forbidden: 'the provider forbids it',
  quota_exhausted: 'its quota is used up',
  rate_limited: 'the provider limits its rate',
  overloaded: 'the provider is overloaded',
  unknown_model: 'the provider does not know the model',
  context_too_long: 'the input was too long',
  bad_request: 'the request was refused',
  content_filtered: 'the content was refused',
  wrong_endpoint: 'the provider does not know the address',
  provider_error: 'the provider fails',
  timeout: 'the provider does not answer in time',
  unreachable: 'the provider cannot be reached',
};

/** Those that may be asked now. A host is tried all the same when there is no other: nothing is lost by it. */
function withoutResting(candidates: readonly Candidate[], { health, monotonicMs }: Selection): Candidate[] | Refusal {
  const judged = candidates.map((candidate) => ({ candidate, rest: health.restOf(candidate.blame, monotonicMs) }));
  const ready = judged.filter(({ rest }) => rest === undefined);
  const usable = ready.length > 0 ? ready : judged.filter(({ rest }) => rest?.isHost);
  if (usable.length > 0) return usable.map(({ candidate }) => candidate);
  const reasons = judged.map(
    ({ candidate, rest }) => `${candidate.credential.name}: ${restReasons[rest?.reason ?? 'timeout']}`,
  );
  return {
    code: 'no_key_available',
    message: `Every key that could serve this call is resting (${[...new Set(reasons)].slice(0, 5).join('; ')}). Try again later.`,
    retryAfterMs: Math.min(...judged.map(({ rest }) => rest?.waitMs ?? 0)),
  };
}

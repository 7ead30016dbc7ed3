import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import type { WorkspaceId } from '../../contract/ids.ts';
import type { Limits } from '../limits/limits.ts';
import type { ModelCatalogue } from '../models/catalogue.ts';
import type { PriceBook } from '../prices/price-book.ts';
import type { OpenRecord, SettleRecord } from '../usage/usage-event.ts';
import type { UsageRecorder } from '../usage/usage-recorder.ts';
import type { Vault } from '../vault/vault.ts';
import { authenticate } from './authenticate.ts';
import { authorise } from './authorise.ts';
import { type EndpointMatch, findEndpoint } from './endpoints.ts';
import type { CallHead, Exchange } from './exchange.ts';
import { forward } from './forward.ts';
import type { Health } from './health.ts';
import { answerModels } from './models-list.ts';
import { type Call, parseCall } from './parse-call.ts';
import { matchProxied, type ProxiedPath, readProxiedPath } from './proxied-call.ts';
import { type Refusal, refuse } from './refusals.ts';
import type { ResponseOwners } from './response-owners.ts';
import type { RunningCalls } from './running-calls.ts';
import { type Candidate, selectCredentials } from './select-credentials.ts';
import type { VirtualKeyEntry, WorkspaceEntry } from './snapshot.ts';
import type { WorkspacesInMemory } from './workspaces-in-memory.ts';

/** Longest body of a call: several images or an hour of audio. */
const BODY_BYTES_MAX = 100 * 1024 * 1024;

/** What the calls share. */
export interface Gateway {
  readonly log: Logger;
  readonly workspaces: WorkspacesInMemory;
  readonly vault: Vault;
  readonly dispatcher: Dispatcher;
  readonly catalogue: ModelCatalogue;
  readonly limits: Limits;
  readonly health: Health;
  readonly usage: UsageRecorder;
  readonly running: RunningCalls;
  readonly responseOwners: ResponseOwners;
  readonly prices: PriceBook;
  readonly overridesOf: (workspaceId: WorkspaceId) => WorkspaceEntry['overrides'];
  /** Told of every settled attempt; `position` is its place in the journal. */
  readonly noteSettled: (settled: { open: OpenRecord; record: SettleRecord; position: number }) => void;
}

/**
 * One call from its head to its last byte. Each step is a file of its own and gives what the next one needs or a refusal;
 * nothing on this path waits for the database.
 */
export async function serveCall(gateway: Gateway, exchange: Exchange): Promise<void> {
  const { head, reply } = exchange;
  const requestId = randomUUID();
  const place = findPlace(head);
  const about = { dialect: dialectFor(head, place.match), requestId };

  const virtualKey = authenticate(head, gateway.workspaces, Date.now());
  if ('code' in virtualKey) return refuse(reply, virtualKey, about);
  const match = matchFor(virtualKey, head, place);
  if ('code' in match) return refuse(reply, match, about);
  if (match.endpoint.isOwn) return sendModels(gateway, exchange, { virtualKey, match, requestId });

  const body = await exchange.readBody(BODY_BYTES_MAX);
  if (body === 'broken') return reply.cut();
  if (body === 'too_large') return refuse(reply, { code: 'body_too_large' }, about);
  const call = await parseCall(head, match, body);
  if ('code' in call) return refuse(reply, call, about);

  const permit = authorise(virtualKey, { head, call, limits: gateway.limits, monotonicMs: performance.now() });
  if ('code' in permit) return refuse(reply, permit, about);
  const run = gateway.running.enter(virtualKey.id);
  try {
    const candidates = await findCandidates(gateway, { virtualKey, call, provider: place.proxied?.provider ?? null });
    if ('code' in candidates) return refuse(reply, candidates, about);
    await forward({ gateway, head, reply, call, virtualKey, candidates, permit, requestId, stop: run.stop });
  } finally {
    run.leave();
    permit.leave();
  }
}

interface Place {
  readonly match: EndpointMatch | 'method' | null;
  readonly proxied: ProxiedPath | null;
}

/**
 * Dot segments would be resolved on the way to the provider, behind the back of everything that looks at the path; so
 * would backslashes, which URLs take for slashes, and what stands behind a `#` would get lost.
 */
const UNCLEAR_PATH = /[\\#]|%5c|(?:\/|%2f)(?:\.|%2e)/i;

function findPlace({ method, target }: CallHead): Place {
  const end = target.indexOf('?');
  const path = end < 0 ? target : target.slice(0, end);
  if (UNCLEAR_PATH.test(path)) return { match: null, proxied: null };
  const proxied = readProxiedPath(path);
  return { proxied, match: proxied === null ? findEndpoint(method, path) : null };
}

function matchFor(virtualKey: VirtualKeyEntry, head: CallHead, { match, proxied }: Place): EndpointMatch | Refusal {
  if (head.header('upgrade')?.toLowerCase() === 'websocket') return { code: 'upgrade_refused' };
  const found = proxied === null ? match : proxiedMatch(virtualKey, head, proxied);
  if (found === null) return { code: 'endpoint_unknown' };
  if (found === 'method') return { code: 'method_not_allowed' };
  const { metering, name } = found.endpoint;
  const isLimited = virtualKey.budgets.length > 0 || virtualKey.blocksUnpriced;
  if (metering === 'refused') {
    const message = `The gateway does not pass '${name}' on: it is billed later or elsewhere, so its cost cannot be counted.`;
    return { code: 'endpoint_refused', message };
  }
  if (metering === 'unmetered' && isLimited) {
    const message = `'${name}' tells no usage, so this virtual key, whose spending is limited, may not call it.`;
    return { code: 'endpoint_refused', message };
  }
  return found;
}

function proxiedMatch(virtualKey: VirtualKeyEntry, head: CallHead, proxied: ProxiedPath): EndpointMatch | null {
  const credentials = virtualKey.pool.flatMap(({ credential }) =>
    credential.provider.id === proxied.provider ? [credential] : [],
  );
  return credentials.length === 0 ? null : matchProxied(head.method, proxied, credentials);
}

/** The dialect in which the client reads refusals; told by its headers where the path does not say. */
function dialectFor(head: CallHead, match: Place['match']): Call['dialect'] {
  if (match !== null && match !== 'method' && !match.endpoint.isOwn) return match.endpoint.dialect;
  if (head.header('anthropic-version') !== undefined) return 'anthropic-messages';
  return head.header('x-goog-api-key') !== undefined || head.target.startsWith('/v1beta') ? 'gemini' : null;
}

async function findCandidates(
  gateway: Gateway,
  { virtualKey, call, provider }: { virtualKey: VirtualKeyEntry; call: Call; provider: string | null },
): Promise<Candidate[] | Refusal> {
  const { workspaces, catalogue, health, responseOwners } = gateway;
  const workspace = workspaces.workspace(virtualKey.workspaceId);
  if (workspace === undefined) return { code: 'virtual_key_unknown' };
  // Interfaces with a usual model may leave it out, but not to get round a list of models.
  const mayOmitModel = call.dialect === null && virtualKey.models === null;
  const needsModel = call.match.endpoint.metering === 'usage' && !mayOmitModel;
  if (needsModel && call.model === null) return { code: 'model_missing' };
  let pinned: string | null = null;
  if (call.responseId !== null && call.dialect === 'openai-responses') {
    const owner = await responseOwners.find(call.responseId);
    // Ids of responses are as good as the conversation itself: only the key that made one may go on from it.
    if (owner?.virtualKeyId !== virtualKey.id) return { code: 'response_not_found' };
    pinned = owner.credentialId;
  }
  const nowMs = Date.now();
  const monotonicMs = performance.now();
  return selectCredentials({ call, virtualKey, workspace, catalogue, health, pinned, provider, nowMs, monotonicMs });
}

function sendModels(
  { workspaces, catalogue }: Gateway,
  { head, reply }: Exchange,
  { virtualKey, match, requestId }: { virtualKey: VirtualKeyEntry; match: EndpointMatch; requestId: string },
): void {
  const workspace = workspaces.workspace(virtualKey.workspaceId);
  const isGeminiPath = match.endpoint.dialect === 'gemini';
  const model = match.parts['model'] ?? null;
  const answer =
    workspace === undefined
      ? ({ code: 'virtual_key_unknown' } as const)
      : answerModels({ head, virtualKey, workspace, catalogue, isGeminiPath, model });
  if ('code' in answer) {
    refuse(reply, answer, { dialect: dialectFor(head, match), requestId });
    return;
  }
  const body = Buffer.from(JSON.stringify(answer.body));
  reply.writeHead(200, [
    'content-type',
    'application/json; charset=utf-8',
    'content-length',
    String(body.length),
    'cache-control',
    'no-store',
    'x-akm-request-id',
    requestId,
  ]);
  reply.end(body);
}

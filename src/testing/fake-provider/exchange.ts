import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { behaviourOf, type FakeAccount } from './accounts.ts';
import { type Answer, type JsonObject, jsonAnswer, type ModelCall, wordsOf, writeAnswer } from './answer.ts';
import { answerCountTokens, answerMessages } from './dialects/anthropic-messages.ts';
import { answerGemini } from './dialects/gemini.ts';
import { anthropicModelList, geminiModelList, openaiModelList } from './dialects/model-lists.ts';
import { answerChat } from './dialects/openai-chat.ts';
import { answerEmbeddings } from './dialects/openai-embeddings.ts';
import { answerResponses } from './dialects/openai-responses.ts';
import type { Failure, FailureKind } from './failures/failure.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import { misbehave } from './misbehave.ts';
import type { PreparedReplies, PreparedReply } from './prepared-replies.ts';
import { type Route, routeOf } from './route.ts';
import { changeSettings, type FakeBehaviour, type FakeSettings, plannedUsage } from './settings.ts';

export interface FakeState {
  settings: FakeSettings;
  readonly accounts: Map<string, FakeAccount>;
  readonly replies: PreparedReplies;
  readonly ledger: Ledger;
}

/** What one request is answered with, and why. */
interface Exchange {
  readonly entry: LedgerEntry;
  readonly url: URL;
  readonly route: Route;
  readonly behaviour: FakeBehaviour;
  readonly account: FakeAccount;
  readonly settings: FakeSettings;
  readonly body: JsonObject | null;
}

const FAILURES: Readonly<Partial<Record<FakeBehaviour, FailureKind>>> = {
  invalid: 'invalid_key',
  no_quota: 'no_quota',
  rate_limited: 'rate_limited',
  forbidden: 'forbidden',
  overloaded: 'overloaded',
};

const DEFAULT_BALANCE = 42.5;
/** A model id with this text in it is one that no provider has. */
const UNKNOWN_MODEL = 'no-such-model';

/** Answers one request of a client and notes what happened in its ledger entry. */
export async function answerRequest(
  state: FakeState,
  entry: LedgerEntry,
  {
    request,
    response,
    url,
    signal,
  }: { request: IncomingMessage; response: ServerResponse; url: URL; signal: AbortSignal },
): Promise<void> {
  const body = parseObject(entry.body);
  const route = routeOf(url.pathname, request.headers);
  const account = entry.secret === null ? {} : (state.accounts.get(entry.secret) ?? {});
  const behaviour = account.behaviour ?? behaviourOf(entry.secret ?? '');
  const settings = account.settings ? changeSettings(state.settings, account.settings) : state.settings;
  const model = route.endpoint.kind === 'gemini' ? route.endpoint.model : body?.model;
  entry.provider = route.flavour.id;
  entry.model = typeof model === 'string' ? model : null;
  entry.isStream = body?.stream === true || url.pathname.endsWith(':streamGenerateContent');

  const prepared = state.replies.find(entry);
  if (!prepared) {
    entry.behaviour = entry.secret === null ? null : behaviour;
    if (entry.secret !== null && (await misbehave(response, behaviour, settings, signal))) {
      entry.httpStatus = response.destroyed ? null : response.statusCode;
      entry.outcome = behaviour === 'disconnect' ? 'cut' : 'complete';
      return;
    }
  }
  const exchange: Exchange = { entry, url, route, behaviour, account, settings, body };
  const answer = prepared ? preparedAnswer(prepared) : providerAnswer(exchange);
  entry.httpStatus = answer.kind === 'stream' ? 200 : answer.httpStatus;
  if (answer.usage) state.ledger.bill(entry, answer.usage);
  const result = await writeAnswer(response, answer, settings, signal);
  entry.usageSent = result.usageSent;
  entry.outcome = result.end;
}

function providerAnswer(exchange: Exchange): Answer {
  const { entry, route, behaviour, body, url } = exchange;
  const { endpoint, flavour } = route;
  if (entry.secret === null) return failed(exchange, 'missing_key');
  const failure = FAILURES[behaviour];
  // An empty account can still be asked how empty it is.
  if (failure && !(endpoint.kind === 'account' && behaviour === 'no_quota')) return failed(exchange, failure);
  if (endpoint.kind === 'unknown') return failed(exchange, 'unknown_path');
  if (endpoint.kind === 'account') {
    const balance = exchange.account.balance ?? (behaviour === 'no_quota' ? 0 : DEFAULT_BALANCE);
    return jsonAnswer(endpoint.answer({ balance }));
  }
  if (endpoint.kind === 'models') {
    const ids = exchange.account.models ?? flavour.models;
    if (endpoint.shape === 'anthropic') return anthropicModelList(ids);
    return endpoint.shape === 'gemini' ? geminiModelList(ids) : openaiModelList(ids, flavour.id);
  }
  if (!body || entry.model === null) return failed(exchange, 'bad_json');
  if (entry.model.includes(UNKNOWN_MODEL)) return failed(exchange, 'unknown_model');
  const { settings } = exchange;
  const call: ModelCall = {
    body,
    url,
    model: entry.model,
    id: `fake${entry.number}`,
    words: wordsOf(settings.contentTokens),
    usage: plannedUsage(settings),
    tellsUsage: settings.tellsUsage,
  };
  return modelAnswer(exchange, call) ?? failed(exchange, 'unknown_path');
}

function modelAnswer({ route }: Exchange, call: ModelCall): Answer | null {
  const { endpoint, flavour } = route;
  switch (endpoint.kind) {
    case 'chat':
      return answerChat(call, flavour.chat);
    case 'responses':
      return answerResponses(call);
    case 'embeddings':
      return answerEmbeddings(call);
    case 'messages':
      return answerMessages(call);
    case 'count_tokens':
      return answerCountTokens(call);
    case 'gemini':
      return answerGemini(call, endpoint.method);
    default:
      return null;
  }
}

function failed({ route, entry, settings, url }: Exchange, kind: FailureKind): Answer {
  const secret = entry.secret ?? '';
  const failure = route.failures[kind]({
    maskedSecret: `${secret.slice(0, 8)}****${secret.slice(-4)}`,
    model: entry.model ?? '',
    path: url.pathname,
    retryAfterSeconds: settings.retryAfterSeconds,
  });
  return failureAnswer(failure);
}

function failureAnswer({ httpStatus, headers, body }: Failure): Answer {
  const isText = typeof body === 'string';
  return {
    kind: 'reply',
    httpStatus,
    headers: { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json', ...headers },
    body: isText ? body : JSON.stringify(body),
    usage: null,
  };
}

function preparedAnswer({ httpStatus, headers, body = '', usage }: PreparedReply): Answer {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  return {
    kind: 'reply',
    httpStatus,
    headers: isRaw ? { ...headers } : { 'content-type': 'application/json', ...headers },
    body: isRaw ? body : JSON.stringify(body),
    usage: usage ?? null,
    tellsUsage: usage !== undefined,
  };
}

const jsonObject = z.record(z.string(), z.unknown());

function parseObject(body: Buffer): JsonObject | null {
  if (body.length === 0) return null;
  try {
    return jsonObject.safeParse(JSON.parse(body.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

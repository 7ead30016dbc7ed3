import type { IncomingMessage, ServerResponse } from 'node:http';
import { behaviourOf, type FakeAccount } from './accounts.ts';
import { type Answer, type JsonObject, jsonAnswer, type ModelCall, planAnswer } from './answer.ts';
import type { AnswerCache } from './answer-cache.ts';
import { answerCountTokens, answerMessages } from './dialects/anthropic-messages.ts';
import { answerGemini } from './dialects/gemini.ts';
import { answerModerations, answerRerank } from './dialects/judgements.ts';
import { anthropicModelList, geminiModelList, openaiModelList } from './dialects/model-lists.ts';
import { answerChat, answerCompletions } from './dialects/openai-chat.ts';
import { answerEmbeddings } from './dialects/openai-embeddings.ts';
import { answerImages, answerSpeech, answerTranscription } from './dialects/openai-media.ts';
import { answerResponses } from './dialects/openai-responses.ts';
import { anthropicFailures } from './failures/anthropic.ts';
import type { Failure, FailureKind } from './failures/failure.ts';
import { openaiError } from './failures/openai.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import { misbehave } from './misbehave.ts';
import { parseBody } from './parse-body.ts';
import type { PreparedReplies, PreparedReply } from './prepared-replies.ts';
import { type Route, routeOf } from './route.ts';
import { changeSettings, type FakeBehaviour, type FakeSettings, plannedUsage } from './settings.ts';
import { answerFiles, answerStoredResponse } from './stored-endpoints.ts';
import type { StoredObjects } from './stored-objects.ts';
import { writeAnswer } from './write-answer.ts';

export interface FakeState {
  settings: FakeSettings;
  /** What a reset goes back to. */
  readonly initialSettings: FakeSettings;
  readonly accounts: Map<string, FakeAccount>;
  readonly replies: PreparedReplies;
  readonly ledger: Ledger;
  readonly responses: StoredObjects;
  readonly files: StoredObjects;
  readonly answers: AnswerCache;
}

/** What one request is answered with, and why. */
interface Exchange {
  readonly state: FakeState;
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
/** Used where a request may leave the model out. */
const DEFAULT_MODELS: Readonly<Record<string, string>> = {
  images: 'gpt-image-1',
  moderations: 'omni-moderation-latest',
};
/** A model id with this text in it is one that no provider has. */
const UNKNOWN_MODEL = 'no-such-model';

/** Answers one request of a client and notes what happened in its ledger entry. */
export async function answerRequest(
  state: FakeState,
  entry: LedgerEntry,
  {
    request,
    received,
    response,
    url,
    signal,
  }: { request: IncomingMessage; received: Buffer; response: ServerResponse; url: URL; signal: AbortSignal },
): Promise<void> {
  const body = parseBody(received, request.headers['content-type']);
  const route = routeOf(url.pathname, request.headers);
  const account = entry.secret === null ? {} : (state.accounts.get(entry.secret) ?? {});
  const behaviour = account.behaviour ?? behaviourOf(entry.secret ?? '');
  const settings = settingsFor(state, account);
  const { endpoint } = route;
  const model = endpoint.kind === 'gemini' ? endpoint.model : (body?.model ?? DEFAULT_MODELS[endpoint.kind]);
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
  const exchange: Exchange = { state, entry, url, route, behaviour, account, settings, body };
  const answer = prepared ? preparedAnswer(prepared) : providerAnswer(exchange);
  entry.httpStatus = answer.kind === 'stream' ? 200 : answer.httpStatus;
  if (answer.usage) state.ledger.bill(entry, answer.usage);
  const acceptEncoding = request.headers['accept-encoding'];
  const headers = prepared ? {} : requestIdHeader(route, entry.requestId);
  const result = await writeAnswer(response, answer, { settings, acceptEncoding, headers, signal });
  entry.usageSent = result.usageSent;
  entry.outcome = result.end;
}

/** Laid over each other once, for as long as neither changes. */
const accountSettings = new WeakMap<FakeAccount, { readonly base: FakeSettings; readonly settings: FakeSettings }>();

function settingsFor(state: FakeState, account: FakeAccount): FakeSettings {
  if (!account.settings) return state.settings;
  const known = accountSettings.get(account);
  if (known?.base === state.settings) return known.settings;
  const settings = changeSettings(state.settings, account.settings);
  accountSettings.set(account, { base: state.settings, settings });
  return settings;
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
  if (endpoint.kind === 'stored_response' || endpoint.kind === 'files') return storedAnswer(exchange, endpoint);
  if (!body || entry.model === null) return failed(exchange, 'bad_json');
  if (entry.model.includes(UNKNOWN_MODEL)) return failed(exchange, 'unknown_model');
  return modelAnswer(exchange, { body, url, model: entry.model }) ?? failed(exchange, 'unknown_path');
}

function storedAnswer(exchange: Exchange, place: { kind: 'stored_response' | 'files'; id: string; below: string }) {
  const { state, entry, body } = exchange;
  const { method, requestId } = entry;
  const call = { method, owner: entry.secret ?? '', requestId, body };
  const answer =
    place.kind === 'files' ? answerFiles(state.files, call, place) : answerStoredResponse(state.responses, call, place);
  if (answer) return answer;
  const message = `No such object: ${place.id}`;
  return failureAnswer(openaiError(404, { message, code: null }));
}

function modelAnswer(exchange: Exchange, asked: Pick<ModelCall, 'body' | 'url' | 'model'>): Answer | null {
  const { state, entry, settings, route } = exchange;
  const usage = plannedUsage(settings, entry.number);
  const { tellsUsage } = settings;
  const make = (id: string): Answer | null =>
    dialectAnswer(exchange, planAnswer({ ...asked, id, usage, tellsUsage }, settings));
  const id = `fake${entry.number}`;
  // A response is stored under its id, so it has to be made anew.
  if (route.endpoint.kind === 'responses') return make(id);
  const call = `${entry.bodySha256} ${entry.path} ${usage.inputTokens}`;
  return state.answers.answer(call, { settings, id, make });
}

function dialectAnswer(exchange: Exchange, call: ModelCall): Answer | null {
  const { endpoint, flavour } = exchange.route;
  switch (endpoint.kind) {
    case 'chat':
      return answerChat(call, flavour.chat);
    case 'completions':
      return answerCompletions(call, flavour.chat);
    case 'responses':
      return responsesAnswer(exchange, call);
    case 'input_tokens':
      return jsonAnswer({ object: 'response.input_tokens', input_tokens: call.usage.inputTokens });
    case 'embeddings':
      return answerEmbeddings(call);
    case 'images':
      return answerImages(call);
    case 'speech':
      return answerSpeech(call);
    case 'transcription':
      return answerTranscription(call);
    case 'moderations':
      return answerModerations(call);
    case 'rerank':
      return answerRerank(call);
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

/** A response is stored for its customer unless the request says otherwise, and can be gone on from. */
function responsesAnswer({ state, entry }: Exchange, call: ModelCall): Answer {
  const owner = entry.secret ?? '';
  const previous = call.body.previous_response_id;
  if (typeof previous === 'string' && state.responses.find(owner, previous) === null) {
    const message = `Previous response with id '${previous}' not found.`;
    const failure = openaiError(404, { message, code: 'previous_response_not_found' });
    return failureAnswer(failure);
  }
  const { answer, response } = answerResponses(call);
  if (call.body.store !== false) state.responses.put(owner, response);
  return answer;
}

/** Each provider has its own name for the header by which it knows a request. */
function requestIdHeader({ failures, endpoint }: Route, requestId: string): Record<string, string> {
  if (endpoint.kind === 'gemini') return { 'x-goog-request-id': requestId };
  return { [failures === anthropicFailures ? 'request-id' : 'x-request-id']: requestId };
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

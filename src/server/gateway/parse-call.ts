import type { Dialect } from '../../contract/vocabulary.ts';
import { estimateInputTokens } from '../../providers/usage/estimate-tokens.ts';
import { recogniseTool } from '../../tools/recognise-tool.ts';
import { bodyRefusals } from './body-refusals.ts';
import { type DecodedRoom, decodeBody } from './decode-body.ts';
import { readMember } from './edit-member.ts';
import type { EndpointMatch } from './endpoints.ts';
import type { CallHead } from './exchange.ts';
import { scanForm } from './form-model.ts';
import { inTurns } from './in-turns.ts';
import type { Refusal } from './refusals.ts';
import { type MemberSpan, scanMembers } from './scan-body.ts';

interface ScannedBody {
  readonly text: Buffer;
  readonly members: ReadonlyMap<string, MemberSpan>;
}

/** A call as far as the gateway has to understand it. */
export interface Call {
  readonly match: EndpointMatch;
  readonly dialect: Dialect | null;
  /** As the client wrote it; null where the endpoint has none. */
  readonly model: string | null;
  readonly isStream: boolean;
  /** The answer comes with a later call, and this one tells no usage. */
  readonly isDeferred: boolean;
  /** As it came on the wire. */
  readonly body: Buffer;
  /** The JSON text where it is one (`body` undone of its compression), with the members that matter. */
  readonly json: ScannedBody | null;
  /** The same of a form, with its fields. */
  readonly form: ScannedBody | null;
  /** Undefined: the client did not say. */
  readonly outputTokensMax: number | undefined;
  readonly asksForUsage: boolean;
  /** A stored response that the call goes on from, reads or deletes. */
  readonly responseId: string | null;
  readonly inputTokensEstimate: number;
  readonly tool: string | null;
}

/** Settings of a call are shorter, and are parsed in one go. */
const MEMBER_BYTES_MAX = 1024 * 1024;
/** Others may have the thread after one of these. */
const LONG_MEMBER_BYTES = 65_536;
const MODEL_CHARACTERS_MAX = 300;
const MODEL_BYTES_MAX = 4 * MODEL_CHARACTERS_MAX;
const MODEL_MESSAGE = "'model' must be a name of at most 300 characters.";
const FORM_MESSAGE =
  "The form in the request body cannot be read. Send well-formed 'multipart/form-data' with one 'model'.";
/** Far above what any model writes: whoever asks for more gets no larger a hold. */
const OUTPUT_TOKENS_MAX = 100_000_000;

/** Providers differ in which they read, so the largest counts. */
const limitNames = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'];
/** How many answers a call asks for; each may be as long as the limit. */
const countNames = ['n', 'best_of'];
/** More than any provider gives. */
const ANSWERS_MAX = 128;
const names = new Set([
  ...limitNames,
  ...countNames,
  'model',
  'stream',
  'stream_options',
  'previous_response_id',
  'generationConfig',
  'background',
  'deferred',
]);
const formNames = new Set(['model']);

/** Reads model, stream and limits from a call; everything else of the body stays as it is. */
export async function parseCall(
  head: CallHead,
  match: EndpointMatch,
  { body, room }: { body: Buffer; room: DecodedRoom },
): Promise<Call | Refusal> {
  const { endpoint, parts } = match;
  const plain: Call = {
    match,
    dialect: endpoint.dialect,
    model: parts.model ?? null,
    isStream: false,
    isDeferred: false,
    body,
    json: null,
    form: null,
    outputTokensMax: undefined,
    asksForUsage: false,
    responseId: parts.id ?? null,
    inputTokensEstimate: 0,
    tool: recogniseTool((name) => head.header(name)),
  };
  if (endpoint.method !== 'POST') return plain;
  if (hasSeveral(head, 'content-type')) return unreadable("The request has several 'Content-Type' headers. Send one.");
  const text = await decodeBody(body, head.header('content-encoding'), room);
  if (text === 'damaged') return unreadable('The request body cannot be decompressed.');
  if (typeof text === 'string') return bodyRefusals[text];
  // A call without a body, such as the cancelling of a response.
  if (text.length === 0 && endpoint.metering !== 'usage') return plain;
  const contentType = head.header('content-type') ?? '';
  const isForm = /^multipart\//i.test(contentType);
  return inTurns(isForm ? parseForm(plain, text, contentType) : parseJson(plain, text));
}

function* parseJson(plain: Call, text: Buffer): Generator<void, Call | Refusal> {
  const { endpoint } = plain.match;
  const members = yield* scanMembers(text, names);
  if (members === null) return { code: 'gateway_body_invalid' };
  const values = new Map<string, unknown>();
  for (const [name, span] of members) {
    if (span.end - span.start > MEMBER_BYTES_MAX) return unreadable(`'${name}' in the request body is too long.`);
    const value = readMember(text, span);
    if (value === undefined) return unreadable(`'${name}' in the request body is not valid JSON.`);
    values.set(name, value);
    if (span.end - span.start > LONG_MEMBER_BYTES) yield;
  }
  const model = plain.model ?? values.get('model');
  if (model !== undefined && !isModelName(model)) return unreadable(MODEL_MESSAGE);
  const isStream = endpoint.name === 'streamGenerateContent' || values.get('stream') === true;
  const options = values.get('stream_options') ?? null;
  if (plain.dialect === 'openai-chat' && isStream && (typeof options !== 'object' || Array.isArray(options))) {
    return unreadable("'stream_options' must be an object.");
  }
  const previous = values.get('previous_response_id');
  // A stream tells its usage too, but who leaves it can fetch the answer later.
  const isDeferred = (values.get(endpoint.deferredBy ?? '') ?? false) !== false;
  return {
    ...plain,
    ...(isDeferred && !isStream ? { match: { ...plain.match, endpoint: { ...endpoint, metering: 'unmetered' } } } : {}),
    isDeferred,
    json: { text, members },
    model: model ?? null,
    isStream,
    outputTokensMax: outputTokensMax(values),
    asksForUsage: options !== null && Reflect.get(Object(options), 'include_usage') === true,
    responseId: plain.responseId ?? (typeof previous === 'string' ? previous : null),
    inputTokensEstimate: yield* estimateInputTokens(text),
  };
}

function* parseForm(plain: Call, text: Buffer, contentType: string): Generator<void, Call | Refusal> {
  if (plain.dialect !== null) return { code: 'gateway_body_invalid' };
  const members = yield* scanForm(text, contentType.trim(), formNames);
  if (members === null) return unreadable(FORM_MESSAGE);
  const span = members.get('model');
  if (span === undefined) return { ...plain, form: { text, members } };
  if (span.end - span.start > MODEL_BYTES_MAX) return unreadable(MODEL_MESSAGE);
  const model = text.toString('utf8', span.start, span.end);
  return isModelName(model) ? { ...plain, model, form: { text, members } } : unreadable(MODEL_MESSAGE);
}

const unreadable = (message: string): Refusal => ({ code: 'gateway_body_invalid', message });

/** The gateway would read the first one, and a provider perhaps the last. */
function hasSeveral({ rawHeaders }: CallHead, name: string): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const written = rawHeaders[index] ?? '';
    if (written.length === name.length && written.toLowerCase() === name) count += 1;
  }
  return count > 1;
}

/** Without control characters, which no name has and not every database takes. */
function isModelName(model: unknown): model is string {
  return typeof model === 'string' && model.length <= MODEL_CHARACTERS_MAX && /^\P{Cc}+$/u.test(model);
}

function outputTokensMax(values: ReadonlyMap<string, unknown>): number | undefined {
  const config = values.get('generationConfig');
  const inConfig = typeof config === 'object' && config !== null ? Reflect.get(config, 'maxOutputTokens') : undefined;
  const asked = largest([...limitNames.map((name) => values.get(name)), inConfig]);
  if (asked === undefined) return undefined;
  const candidates = typeof config === 'object' && config !== null ? Reflect.get(config, 'candidateCount') : undefined;
  const answers = largest([...countNames.map((name) => values.get(name)), candidates]) ?? 1;
  return Math.min(Math.ceil(asked * Math.min(Math.ceil(answers), ANSWERS_MAX)), OUTPUT_TOKENS_MAX);
}

function largest(given: readonly unknown[]): number | undefined {
  const numbers = given.filter((value): value is number => typeof value === 'number' && value > 0);
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

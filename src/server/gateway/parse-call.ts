import type { Dialect } from '../../contract/vocabulary.ts';
import { estimateInputTokens } from '../../providers/usage/estimate-tokens.ts';
import { recogniseTool } from '../../tools/recognise-tool.ts';
import { decodeBody } from './decode-body.ts';
import type { EndpointMatch } from './endpoints.ts';
import type { CallHead } from './exchange.ts';
import type { Refusal } from './refusals.ts';
import { type MemberSpan, readMember, scanMembers } from './scan-body.ts';

/** A call as far as the gateway has to understand it. */
export interface Call {
  readonly match: EndpointMatch;
  readonly dialect: Dialect | null;
  /** As the client wrote it; null where the endpoint has none. */
  readonly model: string | null;
  readonly isStream: boolean;
  /** As it came on the wire. */
  readonly body: Buffer;
  /** The JSON text where it is one (`body` undone of its compression), with the members that matter. */
  readonly json: { readonly text: Buffer; readonly members: ReadonlyMap<string, MemberSpan> } | null;
  /** Undefined: the client did not say. */
  readonly outputTokensMax: number | undefined;
  readonly asksForUsage: boolean;
  /** A stored response that the call goes on from, reads or deletes. */
  readonly responseId: string | null;
  readonly inputTokensEstimate: number;
  readonly tool: string | null;
}

const DECOMPRESSED_BYTES_MAX = 128 * 1024 * 1024;
const MODEL_CHARACTERS_MAX = 300;
/** Far above what any model writes: whoever asks for more gets no larger a hold. */
const OUTPUT_TOKENS_MAX = 100_000_000;

const names = new Set([
  'model',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'previous_response_id',
  'generationConfig',
]);

/** Reads model, stream and limits from a call; everything else of the body stays as it is. */
export async function parseCall(head: CallHead, match: EndpointMatch, body: Buffer): Promise<Call | Refusal> {
  const { endpoint, parts } = match;
  const facts = { match, dialect: endpoint.dialect, body, tool: recogniseTool((name) => head.header(name)) };
  const inPath = parts.model ?? null;
  const nothing = { json: null, outputTokensMax: undefined, asksForUsage: false, inputTokensEstimate: 0 };
  if (endpoint.method !== 'POST') {
    return { ...facts, ...nothing, model: inPath, isStream: false, responseId: parts.id ?? null };
  }
  const contentType = head.header('content-type') ?? '';
  if (/^multipart\/form-data/i.test(contentType)) {
    return { ...facts, ...nothing, model: modelOfForm(body), isStream: false, responseId: null };
  }
  const text = await decodeBody(body, head.header('content-encoding'), DECOMPRESSED_BYTES_MAX);
  if (text === null) return { code: 'gateway_body_invalid', message: 'The request body cannot be decompressed.' };
  // A call without a body, such as the cancelling of a response.
  if (text.length === 0 && endpoint.metering !== 'usage') {
    return { ...facts, ...nothing, model: inPath, isStream: false, responseId: parts.id ?? null };
  }
  const members = scanMembers(text, names);
  if (members === null) return { code: 'gateway_body_invalid' };
  const read = (name: string): unknown => readMember(text, members.get(name));
  const model = inPath ?? read('model');
  if (model !== undefined && !isModelName(model)) {
    return { code: 'gateway_body_invalid', message: "'model' must be a name of at most 300 characters." };
  }
  const previous = read('previous_response_id');
  return {
    ...facts,
    json: { text, members },
    model: model ?? null,
    isStream: endpoint.name === 'streamGenerateContent' || read('stream') === true,
    outputTokensMax: outputTokensMax(read),
    asksForUsage: asksForUsage(read('stream_options')),
    responseId: parts.id ?? (typeof previous === 'string' ? previous : null),
    inputTokensEstimate: estimateInputTokens(text),
  };
}

/** Without control characters, which no name has and not every database takes. */
function isModelName(model: unknown): model is string {
  return typeof model === 'string' && model.length <= MODEL_CHARACTERS_MAX && /^\P{Cc}+$/u.test(model);
}

function outputTokensMax(read: (name: string) => unknown): number | undefined {
  const config = read('generationConfig');
  const inConfig = typeof config === 'object' && config !== null ? Reflect.get(config, 'maxOutputTokens') : undefined;
  const given = [read('max_completion_tokens'), read('max_tokens'), read('max_output_tokens'), inConfig];
  const asked = given.find((value): value is number => typeof value === 'number' && value > 0);
  return asked === undefined ? undefined : Math.min(Math.ceil(asked), OUTPUT_TOKENS_MAX);
}

function asksForUsage(options: unknown): boolean {
  return typeof options === 'object' && options !== null && Reflect.get(options, 'include_usage') === true;
}

/** The field `model` of an upload. Fields stand before files by custom, and a name is short. */
function modelOfForm(body: Buffer): string | null {
  const head =
    body.toString('latin1', 0, Math.min(body.length, 65_536)) +
    body.toString('latin1', Math.max(65_536, body.length - 65_536));
  const match = /name="model"\r\n(?:[\w-]+:[^\r\n]*\r\n)*\r\n([^\r\n]{1,300})\r\n/i.exec(head);
  const name = match?.[1] === undefined ? null : Buffer.from(match[1], 'latin1').toString('utf8');
  return isModelName(name) ? name : null;
}

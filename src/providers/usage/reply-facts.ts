import { isRecord, namesOf, ownValue } from '../json-reply.ts';
import type { Dialect, Provider, UsageRules } from '../provider.ts';
import { knownUsageShapes, openaiChatUsage } from '../usage-rules.ts';
import { readAnthropicLines } from './anthropic-tokens.ts';
import { readGeminiTokens } from './gemini-tokens.ts';
import { type MadeOutput, readOpenaiTokens } from './openai-tokens.ts';
import { errorNames, readFrameError } from './reply-error.ts';
import { noTokens, type UsageReading } from './usage-reading.ts';

type Frame = Readonly<Record<string, unknown>>;
type Facts = Omit<UsageReading, 'written'>;

/** Where a frame names the model and the reply; the first that is told counts. */
const MODEL_PATHS = ['model', 'modelVersion', 'message.model', 'response.model', 'response.modelVersion'];
const ID_PATHS = ['id', 'responseId', 'message.id', 'response.id', 'response.responseId'];
/** Where a frame carries usage, the least trusted first: a later one replaces what it tells too. */
const USAGE_PATHS = ['choices.usage', 'x_groq.usage', 'delta.usage', 'message.usage', 'response.usage', 'usage'];
const GEMINI_USAGE_PATHS = ['response.usageMetadata', 'usageMetadata'];
const OTHER_USAGE_PATHS = ['meta', 'metrics', 'prompt_eval_count', 'eval_count'];
const FALLBACK_MODEL_PATH = 'content_block.to.model';
const TEXT_CHARACTERS_MAX = 300;

/** What a scan of a whole body has to keep for `note`. */
export const factPaths: ReadonlySet<string> = new Set([
  ...MODEL_PATHS,
  ...ID_PATHS,
  ...USAGE_PATHS,
  ...GEMINI_USAGE_PATHS,
  ...OTHER_USAGE_PATHS,
  ...errorNames,
  'response.error',
  'type',
  'done',
  'candidates.finishReason',
  'promptFeedback.blockReason',
]);
/** Events after which the dialects send nothing more. */
const LAST_TYPES: ReadonlySet<unknown> = new Set([
  'message_stop',
  'message-end',
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
  'transcript.text.done',
]);

/** Calls that are free of charge, or that show again what another call has paid for. */
const UNBILLED_ENDPOINT =
  /^(?:v\d+\/)?(?:moderations|(?:messages\/)?count_tokens|countTokens|responses\/.+|models|files)(?:\/|$)/;

interface ReplyFactsInput {
  readonly provider: Provider;
  readonly dialect: Dialect | null;
  readonly endpoint: string;
}

/** Gathers what the frames of one reply tell: a whole body is one frame, a stream has many. */
export class ReplyFacts {
  readonly #input: ReplyFactsInput;
  readonly #isUnbilled: boolean;
  readonly #made: MadeOutput;
  readonly #shapes: readonly UsageRules[];
  /** All usage that was told, each field as it was told last. */
  #usage: Frame = {};
  #isBlocked = false;
  #model: string | null = null;
  #fallbackModel: string | null = null;
  #id: string | null = null;
  #error: UsageReading['error'] = null;
  #isComplete = false;
  #read: Facts | null = null;

  constructor(input: ReplyFactsInput) {
    this.#input = input;
    this.#isUnbilled = UNBILLED_ENDPOINT.test(input.endpoint);
    this.#made = madeBy(input.endpoint);
    this.#shapes = shapesOf(input.provider, input.dialect);
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  get knowsReply(): boolean {
    return this.#id !== null && this.#model !== null;
  }

  note(frame: Frame, eventName: string): void {
    this.#read = null;
    this.#model = firstText(frame, MODEL_PATHS) ?? this.#model;
    this.#fallbackModel = firstText(frame, [FALLBACK_MODEL_PATH]) ?? this.#fallbackModel;
    this.#id ??= firstText(frame, ID_PATHS);
    this.#error ??= readFrameError(frame, eventName);
    for (const path of USAGE_PATHS) this.#overlay('usage', readFrame(frame, path));
    for (const path of OTHER_USAGE_PATHS) this.#overlay(path, readFrame(frame, path));
    for (const path of GEMINI_USAGE_PATHS) this.#replaceMetadata(readFrame(frame, path));
    if (readFrame(frame, 'promptFeedback.blockReason') !== undefined) this.#isBlocked = true;
    if (LAST_TYPES.has(frame.type) || frame.done === true || this.#isLastOfGemini(frame)) this.#isComplete = true;
  }

  noteError(error: UsageReading['error']): void {
    this.#error ??= error;
    this.#read = null;
  }

  noteComplete(): void {
    this.#isComplete = true;
    this.#read = null;
  }

  read(): Facts {
    this.#read ??= this.#makeReading();
    return this.#read;
  }

  #overlay(name: string, value: unknown): void {
    if (value !== undefined && value !== null)
      this.#usage = { ...this.#usage, [name]: overlaid(this.#usage[name], value) };
  }

  /** Gemini leaves out what is zero, so each count stands for itself and an older one has nothing to add. */
  #replaceMetadata(usageMetadata: unknown): void {
    const isCounted = readGeminiTokens({ usageMetadata }) !== null;
    if (isCounted || (isRecord(usageMetadata) && !('usageMetadata' in this.#usage))) {
      this.#usage = { ...this.#usage, usageMetadata };
    }
  }

  /** The last event of a stream has both; some models name the reason before they have counted. */
  #isLastOfGemini(frame: Frame): boolean {
    return readFrame(frame, 'candidates.finishReason') !== undefined && readGeminiTokens(frame) !== null;
  }

  #makeReading(): Facts {
    const told = this.#isUnbilled ? null : this.#readLines();
    return {
      lines: told?.lines ?? null,
      isClamped: told?.isClamped ?? false,
      servedModel: told?.servedModel ?? this.#fallbackModel ?? this.#model,
      responseId: this.#id,
      error: this.#error,
      isComplete: this.#isComplete,
    };
  }

  #readLines(): Pick<Facts, 'lines' | 'isClamped' | 'servedModel'> | null {
    const model = this.#fallbackModel ?? this.#model;
    const usage = this.#usage;
    if (this.#isAnthropic(usage.usage)) {
      const read = readAnthropicLines(usage, model);
      if (read !== null) return { ...read, servedModel: read.fallbackModel ?? model };
    }
    const counted =
      usage.usageMetadata === undefined
        ? this.#firstShape(usage)
        : (readGeminiTokens(usage) ?? (this.#isBlocked ? { tokens: noTokens, isClamped: false } : null));
    if (counted === null) return null;
    return { lines: [{ model, tokens: counted.tokens }], isClamped: counted.isClamped, servedModel: model };
  }

  /** Anthropic alone counts the cache beside the input under these names, wherever such a reply comes from. */
  #isAnthropic(usage: unknown): boolean {
    if (!isRecord(usage)) return false;
    if (this.#input.dialect === 'anthropic-messages') return true;
    const hasCache = 'cache_read_input_tokens' in usage || 'cache_creation_input_tokens' in usage;
    return hasCache && 'input_tokens' in usage && !('prompt_tokens' in usage);
  }

  #firstShape(usage: Frame): ReturnType<typeof readOpenaiTokens> {
    const rules = this.#shapes.find(({ paths }) => hasNumber(usage, paths.input) || hasNumber(usage, paths.output));
    return readOpenaiTokens(usage, rules ?? this.#shapes[0] ?? openaiChatUsage, this.#made);
  }
}

function madeBy(endpoint: string): MadeOutput {
  if (/(?:^|\/)images\//.test(endpoint)) return 'images';
  return /(?:^|\/)(?:\w*embed\w*|rerank)$/.test(endpoint) ? 'nothing' : 'text';
}

function hasNumber(usage: Frame, path: string | null): boolean {
  return path !== null && typeof readFrame(usage, path) === 'number';
}

const knownShapes = new WeakMap<Provider, Map<Dialect | null, readonly UsageRules[]>>();

function shapesOf(provider: Provider, dialect: Dialect | null): readonly UsageRules[] {
  const byDialect = knownShapes.get(provider) ?? new Map<Dialect | null, readonly UsageRules[]>();
  knownShapes.set(provider, byDialect);
  const shapes = byDialect.get(dialect) ?? findShapes(provider, dialect);
  byDialect.set(dialect, shapes);
  return shapes;
}

/** The provider's own shape first, then those that are known by their names. */
function findShapes({ dialects, native }: Provider, dialect: Dialect | null): readonly UsageRules[] {
  const own = dialect === null ? (dialects['openai-chat'] ?? native) : dialects[dialect];
  const shapes = [own?.usage, dialect === null ? native?.usage : undefined, ...knownUsageShapes];
  return shapes.filter((rules) => rules !== undefined);
}

/** The value at a dotted path, where an array stands for its first element. */
function readFrame(frame: unknown, path: string): unknown {
  const names = namesOf(path);
  let current = frame;
  for (let index = 0; index < names.length && current !== undefined; index += 1) {
    current = ownValue(Array.isArray(current) ? current[0] : current, names[index] ?? '');
  }
  return current ?? undefined;
}

function firstText(frame: Frame, paths: readonly string[]): string | null {
  for (const path of paths) {
    const value = readFrame(frame, path);
    if (typeof value === 'string' && value !== '') return value.slice(0, TEXT_CHARACTERS_MAX);
  }
  return null;
}

const OVERLAY_DEPTH_MAX = 4;
/** Above any usage there is; a stream that tells new names for ever must not fill the memory. */
const OVERLAY_NAMES_MAX = 200;

/** The newer value, with the fields of the older one that it does not tell. */
function overlaid(older: unknown, newer: unknown, depth = 0): unknown {
  if (!isRecord(older) || !isRecord(newer) || depth >= OVERLAY_DEPTH_MAX) return newer;
  const merged: Record<string, unknown> = { ...older };
  for (const [name, value] of Object.entries(newer)) {
    const isNew = !Object.hasOwn(merged, name);
    if (value === null || value === undefined || name === '__proto__') continue;
    if (isNew && Object.keys(merged).length >= OVERLAY_NAMES_MAX) continue;
    merged[name] = isNew ? value : overlaid(merged[name], value, depth + 1);
  }
  return merged;
}

import { isRecord, readPath } from '../json-reply.ts';
import { type Counted, joinSides, readCount, splitInput, splitOutput } from './counts.ts';
import type { BillingLine, TokenBuckets } from './usage-reading.ts';

const ITERATIONS_MAX = 1000;

interface AnthropicLines {
  readonly lines: readonly BillingLine[];
  readonly isClamped: boolean;
  /** The model that answered in place of the one that was asked, or null. */
  readonly fallbackModel: string | null;
}

/**
 * Reads `usage` of the Messages API (https://platform.claude.com/docs/en/api/messages), where cache reads and writes are
 * counted beside `input_tokens`. `iterations` tell of passes that the numbers above them leave out: compaction, which is
 * added, and an adviser of another model, which is a line of its own. Null where usage is not in this shape.
 */
export function readAnthropicLines(root: unknown, model: string | null): AnthropicLines | null {
  const usage = readPath(root, 'usage');
  if (readCount(usage, 'input_tokens') === null && readCount(usage, 'output_tokens') === null) return null;
  const iterations = readIterations(usage);
  const main = countUsage(usage);
  const compactions = iterations.filter((iteration) => iteration.type === 'compaction').map(countUsage);
  const messages = iterations.filter((iteration) => iteration.type === 'message').map(countUsage);
  // Numbers that already hold the compaction stay as they are.
  const isInside =
    compactions.length > 0 && sum(main) === [...messages, ...compactions].reduce((all, one) => all + sum(one), 0);
  const parts = isInside ? [main] : [main, ...compactions];
  const fallback = iterations.findLast((iteration) => iteration.type === 'fallback_message')?.model;
  const fallbackModel = typeof fallback === 'string' && fallback !== '' ? fallback : null;
  const advised = adviserLines(iterations);
  return {
    lines: [{ model: fallbackModel ?? model, tokens: add(parts.map(({ tokens }) => tokens)) }, ...advised.lines],
    isClamped: advised.isClamped || parts.some(({ isClamped }) => isClamped),
    fallbackModel,
  };
}

type Iteration = Readonly<Record<string, unknown>>;

function readIterations(usage: unknown): readonly Iteration[] {
  const iterations = readPath(usage, 'iterations');
  return Array.isArray(iterations) ? iterations.slice(0, ITERATIONS_MAX).filter(isRecord) : [];
}

function adviserLines(iterations: readonly Iteration[]): { lines: readonly BillingLine[]; isClamped: boolean } {
  const byModel = new Map<string | null, TokenBuckets[]>();
  let isClamped = false;
  for (const iteration of iterations.filter(({ type }) => type === 'advisor_message')) {
    const model = typeof iteration.model === 'string' ? iteration.model : null;
    const counted = countUsage(iteration);
    isClamped ||= counted.isClamped;
    byModel.set(model, [...(byModel.get(model) ?? []), counted.tokens]);
  }
  return { lines: [...byModel].map(([model, tokens]) => ({ model, tokens: add(tokens) })), isClamped };
}

function countUsage(usage: unknown): Counted {
  const count = (path: string): number => readCount(usage, path) ?? 0;
  const cacheRead = count('cache_read_input_tokens');
  const fiveMinutes = count('cache_creation.ephemeral_5m_input_tokens');
  const oneHour = count('cache_creation.ephemeral_1h_input_tokens');
  // The split may be missing, or lag behind the sum within a stream.
  const cacheWrite = Math.max(count('cache_creation_input_tokens'), fiveMinutes + oneHour);
  const all = count('input_tokens') + cacheRead + cacheWrite;
  return joinSides(
    splitInput({ all, cacheRead, cacheWrite, cacheWrite1h: oneHour }),
    splitOutput({ all: count('output_tokens'), reasoning: count('output_tokens_details.thinking_tokens') }),
  );
}

function sum({ tokens }: Counted): number {
  return Object.values(tokens).reduce((all, count) => all + count, 0);
}

function add(parts: readonly TokenBuckets[]): TokenBuckets {
  const [first, ...rest] = parts;
  if (first === undefined) return countUsage(null).tokens;
  return rest.reduce(addTwo, first);
}

function addTwo(left: TokenBuckets, right: TokenBuckets): TokenBuckets {
  return {
    inputUncached: left.inputUncached + right.inputUncached,
    cacheRead: left.cacheRead + right.cacheRead,
    cacheWrite5m: left.cacheWrite5m + right.cacheWrite5m,
    cacheWrite1h: left.cacheWrite1h + right.cacheWrite1h,
    audioInput: left.audioInput + right.audioInput,
    audioCacheRead: left.audioCacheRead + right.audioCacheRead,
    imageInput: left.imageInput + right.imageInput,
    output: left.output + right.output,
    reasoning: left.reasoning + right.reasoning,
    audioOutput: left.audioOutput + right.audioOutput,
    imageOutput: left.imageOutput + right.imageOutput,
  };
}

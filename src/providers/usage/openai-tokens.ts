import { readPath } from '../json-reply.ts';
import type { UsageRules } from '../provider.ts';
import { reasoningBesideTotalMarkers } from '../usage-rules.ts';
import { type Counted, joinSides, readCount, readFirstCount, splitInput, splitOutput } from './counts.ts';

/** The kinds of tokens stand under these names, whoever follows OpenAI. */
const INPUT_DETAILS = [
  'usage.prompt_tokens_details',
  'usage.input_tokens_details',
  'usage.input_token_details',
  'usage.prompt_token_details',
];
const OUTPUT_DETAILS = ['usage.completion_tokens_details', 'usage.output_tokens_details', 'usage.output_token_details'];

/** What a call makes: embeddings and rankings are no tokens; pictures are counted as output of their own kind. */
export type MadeOutput = 'text' | 'images' | 'nothing';

interface Told {
  readonly input: number;
  readonly output: number;
  readonly total: number | null;
  readonly reasoning: number;
  readonly audio: number;
}

/**
 * Reads usage in OpenAI's shape, or another one with paths. Null where it tells neither input nor output nor a total
 * (a transcription that counts seconds).
 */
export function readOpenaiTokens(root: unknown, rules: UsageRules, made: MadeOutput): Counted | null {
  const told = readTold(root, rules, made);
  if (told === null) return null;
  const cacheRead = readFirstCount(root, rules.paths.cachedInput) ?? 0;
  const cacheWrite = readFirstCount(root, rules.paths.cacheWrite) ?? 0;
  const { audio, all: given } = allInput(root, told, rules);
  const input = splitInput({
    all: rules.inputIncludesCached ? given : given + cacheRead + cacheWrite,
    cacheRead,
    cacheWrite,
    audio,
    image: readDetail(root, INPUT_DETAILS, 'image_tokens'),
    cachedAudio: readDetail(root, INPUT_DETAILS, 'cached_tokens_details.audio_tokens'),
    cachedImage: readDetail(root, INPUT_DETAILS, 'cached_tokens_details.image_tokens'),
  });
  const { all, reasoning } = allOutput(root, { ...told, input: given }, rules);
  const image = readDetail(root, OUTPUT_DETAILS, 'image_tokens');
  const text = readDetail(root, OUTPUT_DETAILS, 'text_tokens');
  const output = splitOutput({
    all,
    reasoning,
    audio: readDetail(root, OUTPUT_DETAILS, 'audio_tokens'),
    image: image > 0 || made !== 'images' ? image : Math.max(0, all - text - reasoning),
  });
  return joinSides(input, output);
}

function readTold(root: unknown, { paths }: UsageRules, made: MadeOutput): Told | null {
  const input = readCount(root, paths.input);
  const output = paths.output === null ? null : readCount(root, paths.output);
  const total = paths.total === null ? null : readCount(root, paths.total);
  if (input === null && output === null && total === null) return null;
  return {
    // A ranking often tells the total alone, and there is nothing beside the input in it.
    input: input ?? Math.max(0, (total ?? 0) - (output ?? 0)),
    output:
      output ?? (made === 'nothing' || paths.output === null ? 0 : Math.max(0, (total ?? 0) - (input ?? total ?? 0))),
    total,
    reasoning: readFirstCount(root, paths.reasoning) ?? 0,
    audio: readFirstCount(root, ['usage.audio_prompt_tokens']) ?? readDetail(root, INPUT_DETAILS, 'audio_tokens'),
  };
}

/** All input and the audio in it. Mistral counts audio beside the prompt, in the total only. */
function allInput(root: unknown, told: Told, rules: UsageRules): { all: number; audio: number } {
  const { input, output, total, audio } = told;
  if (total === null) return { all: input, audio };
  if (audio > 0 && total === input + audio + output) return { all: input + audio, audio };
  const surplus = total - input - output;
  if (rules.totalSurplus !== 'input' || surplus <= 0) return { all: input, audio };
  const seconds = readCount(root, 'usage.prompt_audio_seconds') ?? 0;
  return { all: input + surplus, audio: audio > 0 || seconds === 0 ? audio : surplus };
}

/** All output and the reasoning in it. Numbers that add up prove more than what is known of the host. */
function allOutput(root: unknown, told: Told, rules: UsageRules): { all: number; reasoning: number } {
  const { input, output, total, reasoning } = told;
  const isBeside =
    reasoning > 0 &&
    ((total !== null && total === input + output + reasoning) ||
      rules.outputIncludesReasoning === false ||
      (rules.outputIncludesReasoning === 'by-numbers' && (reasoning > output || hasMarker(root))));
  const all = isBeside ? output + reasoning : output;
  const surplus = rules.totalSurplus === 'output' && total !== null ? Math.max(0, total - input - all) : 0;
  return { all: all + surplus, reasoning: reasoning + surplus };
}

function hasMarker(root: unknown): boolean {
  return reasoningBesideTotalMarkers.some((path) => readPath(root, path) !== undefined);
}

/** As readFirstCount over all parents, without making their paths. */
function readDetail(root: unknown, parents: readonly string[], name: string): number {
  for (const parent of parents) {
    const details = readPath(root, parent);
    const count = details === undefined ? null : readCount(details, name);
    if (count !== null && count > 0) return count;
  }
  return 0;
}

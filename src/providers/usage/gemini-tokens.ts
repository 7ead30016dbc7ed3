import { isRecord, readPath } from '../json-reply.ts';
import { type Counted, joinSides, readCount, splitInput, splitOutput } from './counts.ts';

const COUNTS = ['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount', 'totalTokenCount'];

/**
 * Reads `usageMetadata` (https://ai.google.dev/api/generate-content#UsageMetadata). Thoughts and what tools brought into
 * the prompt are counted beside the other numbers. Null where it counts nothing, as in the first events of some streams.
 */
export function readGeminiTokens(root: unknown): Counted | null {
  const metadata = readPath(root, 'usageMetadata');
  if (!COUNTS.some((name) => readCount(metadata, name) !== null)) return null;
  const count = (name: string): number => readCount(metadata, name) ?? 0;
  const all = count('promptTokenCount') + count('toolUsePromptTokenCount');
  const thoughts = count('thoughtsTokenCount');
  // Older models call it so in Vertex AI; where neither is told, what the total has left is the output.
  const answer =
    readCount(metadata, 'candidatesTokenCount') ??
    readCount(metadata, 'responseTokenCount') ??
    Math.max(0, count('totalTokenCount') - all - thoughts);
  const input = splitInput({
    all,
    cacheRead: count('cachedContentTokenCount'),
    cacheWrite: 0,
    audio:
      ofModality(metadata, 'promptTokensDetails', 'AUDIO') +
      ofModality(metadata, 'toolUsePromptTokensDetails', 'AUDIO'),
    image:
      ofModality(metadata, 'promptTokensDetails', 'IMAGE') +
      ofModality(metadata, 'toolUsePromptTokensDetails', 'IMAGE'),
    cachedAudio: ofModality(metadata, 'cacheTokensDetails', 'AUDIO'),
    cachedImage: ofModality(metadata, 'cacheTokensDetails', 'IMAGE'),
  });
  const output = splitOutput({
    all: answer + thoughts,
    reasoning: thoughts,
    audio: ofModality(metadata, 'candidatesTokensDetails', 'AUDIO'),
    image: ofModality(metadata, 'candidatesTokensDetails', 'IMAGE'),
  });
  return joinSides(input, output);
}

function ofModality(metadata: unknown, name: string, modality: string): number {
  const details = readPath(metadata, name);
  if (!Array.isArray(details)) return 0;
  return details
    .filter((detail) => isRecord(detail) && detail.modality === modality)
    .reduce((sum: number, detail) => sum + (readCount(detail, 'tokenCount') ?? 0), 0);
}

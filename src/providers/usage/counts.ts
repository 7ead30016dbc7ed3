import { readPath } from '../json-reply.ts';
import { noTokens, type TokenBuckets } from './usage-reading.ts';

/** Tokens in buckets, and whether the numbers they were made of contradicted each other. */
export interface Counted {
  readonly tokens: TokenBuckets;
  readonly isClamped: boolean;
}

/** No model reads or writes as much in one call: a provider that says so is mistaken. */
const TOKENS_MAX = 1_000_000_000;

/** The number at a path, or null where there is none. Never negative, and never more than any call can have. */
export function readCount(root: unknown, path: string): number | null {
  const value = readPath(root, path);
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return null;
  return Math.min(Math.round(value), TOKENS_MAX);
}

/** The first number that is not zero, else zero where one was told, else null. */
export function readFirstCount(root: unknown, paths: readonly string[]): number | null {
  let told: number | null = null;
  for (const path of paths) {
    told ??= readCount(root, path);
    const count = readCount(root, path);
    if (count !== null && count > 0) return count;
  }
  return told;
}

type Side<Names extends keyof TokenBuckets> = Pick<TokenBuckets, Names>;

interface CountedInput {
  readonly buckets: Side<
    'inputUncached' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'audioInput' | 'audioCacheRead' | 'imageInput'
  >;
  readonly isClamped: boolean;
}

/**
 * Splits all input. `audio` and `image` count what was cached too. Where the numbers leave less fresh input than there is
 * audio, part of the audio came from the cache. Cached and written tokens beyond all input are kept as they were told,
 * since some hosts bill them so, and the rest is nothing.
 */
export function splitInput(input: {
  readonly all: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWrite1h?: number;
  readonly audio?: number;
  readonly image?: number;
  readonly cachedAudio?: number;
  readonly cachedImage?: number;
}): CountedInput {
  const { all, cacheRead, cacheWrite, cacheWrite1h = 0 } = input;
  const fresh = Math.max(0, all - cacheRead - cacheWrite);
  const audio = Math.min(input.audio ?? 0, Math.max(all, cacheRead));
  let audioCacheRead = Math.min(input.cachedAudio ?? 0, cacheRead);
  let audioInput = Math.max(0, audio - audioCacheRead);
  if (audioInput > fresh) {
    audioCacheRead = Math.min(cacheRead, audioCacheRead + audioInput - fresh);
    audioInput = fresh;
  }
  const imageInput = Math.min(Math.max(0, (input.image ?? 0) - (input.cachedImage ?? 0)), fresh - audioInput);
  return {
    buckets: {
      inputUncached: fresh - audioInput - imageInput,
      cacheRead: cacheRead - audioCacheRead,
      cacheWrite5m: Math.max(0, cacheWrite - cacheWrite1h),
      cacheWrite1h: Math.min(cacheWrite, cacheWrite1h),
      audioInput,
      audioCacheRead,
      imageInput,
    },
    isClamped: cacheRead + cacheWrite > all || cacheWrite1h > cacheWrite,
  };
}

interface CountedOutput {
  readonly buckets: Side<'output' | 'reasoning' | 'audioOutput' | 'imageOutput'>;
  readonly isClamped: boolean;
}

/** Splits all output. Parts that are more than the whole are bounded in the order reasoning, audio, image. */
export function splitOutput(input: {
  readonly all: number;
  readonly reasoning?: number;
  readonly audio?: number;
  readonly image?: number;
}): CountedOutput {
  const { all, reasoning: toldReasoning = 0, audio = 0, image = 0 } = input;
  const reasoning = Math.min(toldReasoning, all);
  const audioOutput = Math.min(audio, all - reasoning);
  const imageOutput = Math.min(image, all - reasoning - audioOutput);
  return {
    buckets: { output: all - reasoning - audioOutput - imageOutput, reasoning, audioOutput, imageOutput },
    isClamped: toldReasoning + audio + image > all,
  };
}

export function joinSides(input: CountedInput, output: CountedOutput): Counted {
  return {
    tokens: { ...noTokens, ...input.buckets, ...output.buckets },
    isClamped: input.isClamped || output.isClamped,
  };
}

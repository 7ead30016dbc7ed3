import type { Category, Modality, ModelKind } from './model.ts';

export interface Categorisable {
  readonly id: string;
  /** What a source says the model is. `chat` is the sources' default and does not override what the id says. */
  readonly kind?: ModelKind | undefined;
  readonly contextTokens?: number | null | undefined;
  readonly inputModalities?: readonly Modality[] | undefined;
  readonly outputModalities?: readonly Modality[] | undefined;
  /** Left out: the id decides. */
  readonly reasoning?: boolean | undefined;
}

interface Categorised {
  readonly kind: ModelKind;
  readonly categories: readonly Category[];
  readonly reasoning: boolean;
}

/** From this many tokens of context a chat model counts as `long-context`. */
const LONG_CONTEXT_TOKENS = 200_000;

const RERANK = /rerank/;
const EMBEDDING = /embed|(^|[/_.-])(bge|gte|e5|uae)-|(^|\/)voyage-|(^|\/)all-minilm|clip-v\d/;
const MODERATION = /moderation|guard|classif|content-safety/;
const VIDEO =
  /(^|[/_.-])(sora|veo|kling|hailuo|seedance|cogvideox|vidu|hunyuanvideo|t2v|i2v|s2v)([/_.-]|\d|$)|video-gen|imagine-video/;
const IMAGE =
  /(^|[/_.-])(gpt-image|chatgpt-image|dall-e|imagen|flux|sdxl|stable-diffusion|seedream|seededit|cogview|qwen-image|z-image|recraft|kolors|t2i|image-0\d)|hy-image|imagine-image|(^|\/)step-[12]x-/;
const AUDIO =
  /whisper|(^|[^a-z])tts([^a-z]|$)|transcri|(^|[^a-z])asr([^a-z]|$)|speech|cosyvoice|paraformer|kokoro|lyria|(^|[/_.-])music/;
const REASONING = /thinking|reason|(^|\/)o\d(-|$)|(^|[/-])qwq|(^|[/-])r1(-|$)/;
const NOT_REASONING = /non-(thinking|reasoning)|no-?think/;
const CODE = /(?<!en|de)code|codestral|devstral/;

/** Whether an id names a reasoning model (`o3`, `qwq-plus`, `kimi-k2-thinking`). */
export function idSaysReasoning(id: string): boolean {
  const lowered = id.toLowerCase();
  return REASONING.test(lowered) && !NOT_REASONING.test(lowered);
}

function kindOf(model: Categorisable, id: string): ModelKind {
  if (model.kind !== undefined && model.kind !== 'chat') return model.kind;
  const output = model.outputModalities ?? ['text'];
  if (RERANK.test(id)) return 'rerank';
  if (EMBEDDING.test(id)) return 'embedding';
  if (MODERATION.test(id)) return 'moderation';
  if (output.includes('video') || VIDEO.test(id)) return 'video';
  if ((output.includes('image') && !output.includes('text')) || IMAGE.test(id)) return 'image';
  if ((output.includes('audio') && !output.includes('text')) || AUDIO.test(id)) return 'audio';
  return 'chat';
}

/**
 * Derives what a model is for, and the categories it is found under, from what little a source says.
 * Pure: the catalogue generator uses it, and so does the server for models only a provider's own list knows.
 */
export function categorise(model: Categorisable): Categorised {
  const id = model.id.toLowerCase();
  const kind = kindOf(model, id);
  const reasoning = model.reasoning ?? (kind === 'chat' && idSaysReasoning(id));
  if (kind === 'moderation') return { kind, categories: [], reasoning };
  const output = model.outputModalities ?? ['text'];
  const categories: Category[] = [kind];
  if (kind === 'chat') {
    if (CODE.test(id)) categories.push('code');
    if ((model.contextTokens ?? 0) >= LONG_CONTEXT_TOKENS) categories.push('long-context');
  }
  const readsMore = (model.inputModalities ?? []).some((modality) => modality !== 'text');
  if (readsMore && (kind === 'chat' || kind === 'embedding' || kind === 'rerank')) categories.push('multimodal');
  if (kind === 'chat') {
    if (reasoning) categories.push('reasoning');
    if (output.includes('image')) categories.push('image');
    if (output.includes('audio')) categories.push('audio');
  }
  return { kind, categories, reasoning };
}

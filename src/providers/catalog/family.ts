interface Family {
  readonly name: string;
  readonly pattern: RegExp;
  /** The providers that sell it themselves. Left out: nobody we list, or not one company's. */
  readonly makers?: readonly string[];
  /** Weights published for anyone: decided by the family unless a row says otherwise. */
  readonly openWeights?: boolean;
}

// The first hit wins, so the narrow patterns stand before the wide ones.
const FAMILIES: readonly Family[] = [
  { name: 'gpt-oss', pattern: /gpt-oss/, makers: ['openai'], openWeights: true },
  {
    name: 'gpt-image',
    pattern: /gpt-(\d+(\.\d+)?-)?image|chatgpt-image|dall-e/,
    makers: ['openai'],
    openWeights: false,
  },
  {
    name: 'gpt-audio',
    pattern: /gpt-(audio|realtime|transcribe)|gpt-4o.*(audio|realtime|transcribe|tts)/,
    makers: ['openai'],
    openWeights: false,
  },
  {
    name: 'text-embedding',
    pattern: /text-embedding/,
    makers: ['openai', 'alibaba', 'alibaba-intl'],
    openWeights: false,
  },
  { name: 'whisper', pattern: /whisper/, makers: ['openai'], openWeights: true },
  { name: 'sora', pattern: /sora-/, makers: ['openai'], openWeights: false },
  { name: 'claude-opus', pattern: /claude.*opus/, makers: ['anthropic'], openWeights: false },
  { name: 'claude-sonnet', pattern: /claude.*sonnet/, makers: ['anthropic'], openWeights: false },
  { name: 'claude-haiku', pattern: /claude.*haiku/, makers: ['anthropic'], openWeights: false },
  { name: 'claude', pattern: /claude/, makers: ['anthropic'], openWeights: false },
  { name: 'shieldgemma', pattern: /shieldgemma/, makers: ['google'], openWeights: true },
  { name: 'gemma', pattern: /gemma/, makers: ['google'], openWeights: true },
  { name: 'gemini', pattern: /gemini/, makers: ['google'], openWeights: false },
  { name: 'imagen', pattern: /imagen/, makers: ['google'], openWeights: false },
  { name: 'veo', pattern: /(^|\/)veo-/, makers: ['google'], openWeights: false },
  { name: 'nemotron', pattern: /nemotron|nv-embed|nemoretriever/, makers: ['nvidia'], openWeights: true },
  { name: 'hermes', pattern: /hermes/, openWeights: true },
  { name: 'deepseek', pattern: /deepseek/, makers: ['deepseek'], openWeights: true },
  { name: 'qwen', pattern: /qwen|qwq|qvq/, makers: ['alibaba', 'alibaba-intl'] },
  { name: 'wan', pattern: /(^|\/)wanx?-?\d/, makers: ['alibaba', 'alibaba-intl'] },
  { name: 'kimi', pattern: /kimi/, makers: ['moonshot', 'moonshot-intl'] },
  { name: 'moonshot', pattern: /moonshot-v1/, makers: ['moonshot', 'moonshot-intl'], openWeights: false },
  { name: 'glm', pattern: /glm-/, makers: ['zhipu', 'zai'] },
  { name: 'cogview', pattern: /cogview|cogvideo/, makers: ['zhipu', 'zai'] },
  { name: 'ernie', pattern: /ernie/, makers: ['baidu'] },
  { name: 'doubao', pattern: /doubao|dola-|(^|\/)seed-|seedream|seedance/, makers: ['volcengine'] },
  { name: 'hunyuan', pattern: /hunyuan|(^|\/)hy\d|hy-/, makers: ['tencent-tokenhub', 'tencent-hunyuan'] },
  { name: 'minimax', pattern: /minimax|hailuo/, makers: ['minimax', 'minimax-intl'] },
  { name: 'step', pattern: /(^|\/)step-/, makers: ['stepfun', 'stepfun-intl'] },
  { name: 'mimo', pattern: /mimo/, makers: ['xiaomi'] },
  { name: 'spark', pattern: /spark|(^|\/)4\.0ultra|generalv3/, makers: ['iflytek-spark'] },
  { name: 'baichuan', pattern: /baichuan/, makers: ['baichuan'] },
  { name: 'yi', pattern: /(^|\/)yi-/, makers: ['lingyi'] },
  { name: 'grok', pattern: /grok/, makers: ['xai'], openWeights: false },
  { name: 'llama', pattern: /llama/, openWeights: true },
  { name: 'codestral', pattern: /codestral/, makers: ['mistral'] },
  { name: 'devstral', pattern: /devstral/, makers: ['mistral'] },
  { name: 'ministral', pattern: /ministral/, makers: ['mistral'] },
  { name: 'magistral', pattern: /magistral/, makers: ['mistral'] },
  { name: 'pixtral', pattern: /pixtral/, makers: ['mistral'] },
  { name: 'voxtral', pattern: /voxtral/, makers: ['mistral'] },
  { name: 'mixtral', pattern: /mixtral/, makers: ['mistral'], openWeights: true },
  { name: 'mistral', pattern: /mistral/, makers: ['mistral'] },
  { name: 'command', pattern: /command|c4ai/, makers: ['cohere'] },
  { name: 'sonar', pattern: /sonar/, makers: ['perplexity'] },
  { name: 'nova', pattern: /nova-/, makers: ['aws-bedrock'], openWeights: false },
  { name: 'titan', pattern: /titan-/, makers: ['aws-bedrock'], openWeights: false },
  { name: 'phi', pattern: /(^|\/)phi-/, openWeights: true },
  { name: 'granite', pattern: /granite/, openWeights: true },
  { name: 'flux', pattern: /flux/ },
  { name: 'stable-diffusion', pattern: /stable-|sdxl/, openWeights: true },
  { name: 'bge', pattern: /bge-/, openWeights: true },
  { name: 'gte', pattern: /gte-/ },
  { name: 'voyage', pattern: /voyage/, makers: ['voyage'] },
  { name: 'jina', pattern: /jina/, makers: ['jina'] },
  { name: 'eleven', pattern: /^eleven_|^scribe_/, makers: ['elevenlabs'], openWeights: false },
  { name: 'gpt', pattern: /gpt-|chat-latest|codex/, makers: ['openai'], openWeights: false },
  { name: 'o-series', pattern: /(^|\/)o\d(-|$)/, makers: ['openai'], openWeights: false },
];

function find(id: string): Family | undefined {
  const lowered = id.toLowerCase();
  return FAMILIES.find((family) => family.pattern.test(lowered));
}

/** The product line a model id belongs to (`claude-sonnet`, `qwen`), or `null` when no pattern knows it. */
export function familyOf(id: string): string | null {
  return find(id)?.name ?? null;
}

/** Whether the family's weights are published, or `null` when its members differ or the family is unknown. */
export function openWeightsOf(id: string): boolean | null {
  return find(id)?.openWeights ?? null;
}

/** Whether a provider serves a model that another company makes (`gpt-4o` at Azure, anything at OpenRouter). */
export function isResold(provider: string, id: string): boolean {
  const makers = find(id)?.makers;
  // The paths of an unknown family (`acme/model-1`) are how the hosts of others' models write their ids.
  return makers === undefined ? id.includes('/') : !makers.includes(provider);
}

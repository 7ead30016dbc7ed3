/** One place to read a provider's models from. */
export interface ProviderSource {
  readonly from: 'pi-ai' | 'genai-prices' | 'pi-catalog';
  /** The provider's name there. */
  readonly as: string;
  /** Which ids it may bring into the list. Left out: all. The others only complete models that are listed already. */
  readonly lists?: RegExp;
  /** Its prices are another host's, or another currency's: take everything but them. */
  readonly withoutPrices?: true;
  /** It gives audio input a price of its own wherever that differs from the price of text. */
  readonly audioAsText?: true;
  /** How its ids are written at our provider. */
  readonly rename?: (id: string) => string;
}

const NONE = /(?!)/;
const lowerCase = (id: string): string => id.toLowerCase();

/**
 * Where each provider's models come from, most trusted first; the overlay stands before all of them. A source that is
 * older or wider than a provider's real list (retired models, other makers' models) lists only what is named here.
 */
export const PROVIDER_SOURCES: Readonly<Record<string, readonly ProviderSource[]>> = {
  openai: [
    { from: 'pi-ai', as: 'openai' },
    {
      from: 'genai-prices',
      as: 'openai',
      lists:
        /^(gpt-3\.5-turbo|gpt-4o(-mini)?-(transcribe|tts)|gpt-(audio|realtime)(-.*)?|gpt-transcribe|gpt-image-.*|text-embedding-.*|whisper-1|o\d(-mini)?-deep-research)$/,
    },
    {
      from: 'pi-catalog',
      as: 'openai',
      lists: /^(chatgpt-image-latest|gpt-realtime.*|gpt-image-.*|gpt-5(\.\d)?-codex.*|gpt-5\.\d-chat-latest)$/,
    },
  ],
  'azure-openai': [
    { from: 'pi-ai', as: 'azure' },
    { from: 'genai-prices', as: 'azure', lists: /^text-embedding-/ },
    { from: 'pi-catalog', as: 'azure', lists: NONE },
  ],
  anthropic: [
    { from: 'pi-ai', as: 'anthropic' },
    { from: 'genai-prices', as: 'anthropic', lists: NONE },
  ],
  google: [
    { from: 'pi-ai', as: 'google' },
    {
      from: 'pi-catalog',
      as: 'google',
      lists: /^gemini-(3.*image|2\.5-flash-image|.*live)|^gemini-robotics|^gemma-4-E/,
    },
    {
      from: 'genai-prices',
      as: 'google',
      lists: /^gemini-(embedding|.*-tts$|omni)/,
      audioAsText: true,
    },
  ],
  deepseek: [
    { from: 'pi-ai', as: 'deepseek' },
    { from: 'pi-catalog', as: 'deepseek' },
    { from: 'genai-prices', as: 'deepseek', lists: NONE },
  ],
  zhipu: [
    { from: 'genai-prices', as: 'zhipuai', lists: /^GLM-(?!4-Assistant)/, rename: lowerCase },
    { from: 'pi-ai', as: 'zai-coding-cn', withoutPrices: true },
    { from: 'pi-catalog', as: 'zai', withoutPrices: true },
  ],
  zai: [
    { from: 'pi-ai', as: 'zai' },
    { from: 'pi-catalog', as: 'zai' },
  ],
  moonshot: [
    { from: 'pi-ai', as: 'moonshotai-cn' },
    { from: 'pi-catalog', as: 'moonshot', lists: /^(kimi-k2\.5|moonshot-v1-.*)$/, withoutPrices: true },
  ],
  'moonshot-intl': [
    { from: 'pi-ai', as: 'moonshotai' },
    { from: 'genai-prices', as: 'moonshotai', lists: /^(kimi-k2\.5|moonshot-v1-.*)$/ },
    { from: 'pi-catalog', as: 'moonshot', lists: /^moonshot-v1-.*$/ },
  ],
  baidu: [{ from: 'pi-catalog', as: 'qianfan' }],
  alibaba: [{ from: 'pi-ai', as: 'qwen-token-plan-cn', withoutPrices: true }],
  'alibaba-intl': [{ from: 'pi-ai', as: 'qwen-token-plan', lists: /^(qwen|deepseek|glm)/, withoutPrices: true }],
  'aws-bedrock': [
    { from: 'pi-ai', as: 'amazon-bedrock' },
    { from: 'genai-prices', as: 'aws', lists: /^amazon\.(titan-embed|nova-.*sonic)/ },
  ],
  'google-vertex': [
    { from: 'pi-ai', as: 'google-vertex' },
    { from: 'genai-prices', as: 'google', lists: NONE, audioAsText: true },
    { from: 'pi-catalog', as: 'google-vertex', lists: /^(claude|meta\/|openai\/|xai\/|zai-org\/)/ },
  ],
  xai: [
    { from: 'pi-ai', as: 'xai' },
    { from: 'genai-prices', as: 'x-ai', lists: /^grok-(4|code|build|voice)/ },
    { from: 'pi-catalog', as: 'xai', lists: /^grok-(4|code|build|imagine|voice|.*tts)/ },
  ],
  mistral: [
    { from: 'pi-ai', as: 'mistral' },
    { from: 'genai-prices', as: 'mistral', lists: /embed|ocr|moderation|voxtral|transcribe/ },
    { from: 'pi-catalog', as: 'mistral', lists: NONE },
  ],
  groq: [
    { from: 'pi-ai', as: 'groq' },
    { from: 'genai-prices', as: 'groq', lists: /whisper|tts|orpheus/ },
    { from: 'pi-catalog', as: 'groq', lists: /^groq\/compound|^meta-llama\/llama-4|^moonshotai\/|^qwen\/qwen3-32b/ },
  ],
  cohere: [{ from: 'genai-prices', as: 'cohere', lists: /^embed-/ }],
  together: [
    { from: 'pi-ai', as: 'together' },
    { from: 'pi-catalog', as: 'together' },
  ],
  fireworks: [{ from: 'pi-ai', as: 'fireworks' }],
  perplexity: [{ from: 'genai-prices', as: 'perplexity', lists: /^sonar(-pro|-deep-research|-reasoning-pro)?$/ }],
  openrouter: [
    { from: 'pi-ai', as: 'openrouter' },
    { from: 'pi-catalog', as: 'openrouter', lists: NONE },
  ],
  minimax: [
    { from: 'pi-ai', as: 'minimax-cn' },
    { from: 'pi-catalog', as: 'minimax-cn' },
  ],
  'minimax-intl': [
    { from: 'pi-ai', as: 'minimax' },
    { from: 'pi-catalog', as: 'minimax' },
  ],
  stepfun: [{ from: 'pi-catalog', as: 'stepfun', withoutPrices: true }],
  'stepfun-intl': [{ from: 'pi-catalog', as: 'stepfun' }],
  nvidia: [
    { from: 'pi-ai', as: 'nvidia' },
    { from: 'pi-catalog', as: 'nvidia' },
  ],
  cerebras: [
    { from: 'pi-ai', as: 'cerebras' },
    { from: 'genai-prices', as: 'cerebras', lists: /^gemma|^zai-glm-4\.7|^llama3\.1-8b/ },
  ],
  deepinfra: [{ from: 'pi-catalog', as: 'deepinfra' }],
  huggingface: [
    { from: 'pi-ai', as: 'huggingface' },
    { from: 'pi-catalog', as: 'huggingface', lists: NONE },
  ],
  novita: [{ from: 'pi-catalog', as: 'novita' }],
  voyage: [{ from: 'genai-prices', as: 'voyageai', lists: /^voyage-([34]|code|context|finance|law|multilingual)/ }],
  xiaomi: [
    { from: 'pi-ai', as: 'xiaomi' },
    { from: 'pi-catalog', as: 'xiaomi' },
  ],
};

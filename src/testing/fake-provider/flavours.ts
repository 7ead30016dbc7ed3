import type { AccountEndpoints } from './account-endpoints.ts';
import * as accounts from './account-endpoints.ts';
import {
  type ChatRules,
  chatUsage,
  deepseekChatUsage,
  moonshotChatUsage,
  xaiChatUsage,
} from './dialects/openai-chat.ts';
import { anthropicFailures } from './failures/anthropic.ts';
import * as chinese from './failures/chinese-providers.ts';
import type { FailureShapes } from './failures/failure.ts';
import { googleFailures } from './failures/google.ts';
import { openaiFailures } from './failures/openai.ts';
import * as other from './failures/other-providers.ts';

/** One provider as the fake plays it. Base paths are those of the real hosts. */
export interface Flavour {
  readonly id: string;
  /** What stands after the host in the provider's usual base URL. */
  readonly mainBase: string;
  /** Base paths of the OpenAI dialects. */
  readonly openaiBases: readonly string[];
  /** Base paths of the Anthropic dialect, with /v1. */
  readonly anthropicBases: readonly string[];
  readonly geminiBases: readonly string[];
  readonly models: readonly string[];
  readonly chat: ChatRules;
  readonly failures: FailureShapes;
  readonly account: AccountEndpoints;
}

const ASKED: ChatRules = { streamUsage: 'asked', usageFields: chatUsage };
const LAST: ChatRules = { streamUsage: 'last-chunk', usageFields: chatUsage };

function flavour(
  id: string,
  bases: readonly string[],
  models: readonly string[],
  more: Partial<Flavour> = {},
): Flavour {
  return {
    id,
    mainBase: bases[0] ?? '',
    openaiBases: bases,
    anthropicBases: [],
    geminiBases: [],
    models,
    chat: ASKED,
    failures: openaiFailures,
    account: {},
    ...more,
  };
}

const moonshot: Partial<Flavour> = {
  anthropicBases: ['/anthropic/v1'],
  chat: { streamUsage: 'last-chunk', usageFields: moonshotChatUsage },
  failures: chinese.moonshotFailures,
  account: accounts.moonshotAccount,
};
const zhipu: Partial<Flavour> = {
  anthropicBases: ['/api/anthropic/v1'],
  chat: LAST,
  failures: chinese.zhipuFailures,
};
const zhipuBases = ['/api/paas/v4', '/api/coding/paas/v4'];
const alibaba: Partial<Flavour> = { anthropicBases: ['/apps/anthropic/v1'], failures: chinese.alibabaFailures };
const siliconflow: Partial<Flavour> = {
  anthropicBases: ['/v1'],
  chat: LAST,
  failures: chinese.siliconflowFailures,
  account: accounts.siliconflowAccount,
};
const minimax: Partial<Flavour> = { anthropicBases: ['/anthropic/v1'], failures: chinese.minimaxFailures };

/** Where a path fits several, the first wins; a provider's id before the path (`/deepseek/...`) decides otherwise. */
export const flavours: readonly Flavour[] = [
  flavour('openai', ['/v1'], ['gpt-4o', 'gpt-4o-mini', 'gpt-5', 'text-embedding-3-small']),
  flavour('anthropic', ['/v1'], ['claude-sonnet-4-5', 'claude-opus-4-1', 'claude-haiku-4-5'], {
    mainBase: '',
    anthropicBases: ['/v1'],
    failures: anthropicFailures,
  }),
  flavour('google', ['/v1beta/openai'], ['gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-embedding-001'], {
    mainBase: '',
    geminiBases: ['/v1beta', '/v1'],
    failures: googleFailures,
  }),
  flavour('deepseek', ['', '/v1'], ['deepseek-chat', 'deepseek-reasoner'], {
    anthropicBases: ['/anthropic/v1'],
    chat: { streamUsage: 'last-chunk', usageFields: deepseekChatUsage },
    failures: chinese.deepseekFailures,
    account: accounts.deepseekAccount,
  }),
  flavour('zhipu', zhipuBases, ['glm-4.6', 'glm-4.5-air'], zhipu),
  flavour('zai', zhipuBases, ['glm-4.6', 'glm-4.5-air'], zhipu),
  flavour('moonshot', ['/v1'], ['kimi-k2-0905-preview', 'moonshot-v1-8k'], moonshot),
  flavour('moonshot-intl', ['/v1'], ['kimi-k2-0905-preview', 'moonshot-v1-8k'], moonshot),
  flavour('baidu', ['/v2'], ['ernie-4.5-turbo-128k', 'ernie-x1-turbo-32k'], {
    anthropicBases: ['/anthropic/v1'],
    failures: chinese.baiduFailures,
  }),
  flavour('openrouter', ['/api/v1'], ['openai/gpt-4o', 'anthropic/claude-sonnet-4.5'], {
    anthropicBases: ['/api/v1'],
    chat: LAST,
    failures: other.openrouterFailures,
    account: accounts.openrouterAccount,
  }),
  flavour('alibaba', ['/compatible-mode/v1', '/api/v1'], ['qwen-max', 'qwen-plus', 'text-embedding-v4'], alibaba),
  flavour('alibaba-intl', ['/compatible-mode/v1', '/api/v1'], ['qwen-max', 'qwen-plus'], alibaba),
  flavour('groq', ['/openai/v1'], ['llama-3.3-70b-versatile'], { chat: LAST, failures: other.groqFailures }),
  flavour('azure-openai', ['/openai/v1', '/openai'], ['gpt-4o'], { failures: other.azureFailures }),
  flavour('volcengine', ['/api/v3', '/api/coding/v3'], ['doubao-seed-1-6'], { anthropicBases: ['/api/coding/v1'] }),
  flavour('xai', ['/v1'], ['grok-4'], {
    chat: { streamUsage: 'asked', usageFields: xaiChatUsage },
    failures: other.xaiFailures,
    account: accounts.xaiAccount,
  }),
  flavour('mistral', ['/v1'], ['mistral-large-latest'], { chat: LAST, failures: other.mistralFailures }),
  flavour('siliconflow', ['/v1'], ['Qwen/Qwen3-32B', 'deepseek-ai/DeepSeek-V3'], siliconflow),
  flavour('siliconflow-intl', ['/v1'], ['Qwen/Qwen3-32B'], siliconflow),
  flavour('minimax', ['/v1'], ['MiniMax-M2'], minimax),
  flavour('minimax-intl', ['/v1'], ['MiniMax-M2'], minimax),
  flavour('stepfun', ['/v1'], ['step-3'], { anthropicBases: ['/v1'], account: accounts.stepfunAccount }),
  flavour('stepfun-intl', ['/v1'], ['step-3'], { account: accounts.stepfunAccount }),
  flavour('deepinfra', ['/v1/openai'], ['deepseek-ai/DeepSeek-V3'], {
    anthropicBases: ['/anthropic/v1'],
    failures: other.detailFailures,
    account: accounts.deepinfraAccount,
  }),
  flavour('novita', ['/openai/v1'], ['deepseek/deepseek-v3'], {
    anthropicBases: ['/anthropic/v1'],
    account: accounts.novitaAccount,
  }),
  flavour('elevenlabs', [], [], { failures: other.elevenlabsFailures, account: accounts.elevenlabsAccount }),
  flavour('cohere', ['/compatibility/v1'], ['command-a-03-2025'], {
    failures: other.cohereFailures,
    account: accounts.cohereAccount,
  }),
  flavour('voyage', ['/v1'], ['voyage-3.5'], { failures: other.detailFailures, account: accounts.voyageAccount }),
  flavour('jina', ['/v1'], ['jina-embeddings-v4'], { account: accounts.jinaAccount }),
  flavour('huggingface', ['/v1'], ['openai/gpt-oss-120b'], { account: accounts.huggingfaceAccount }),
  flavour('nvidia', ['/v1'], ['meta/llama-3.3-70b-instruct'], { account: accounts.nvidiaAccount }),
  flavour('replicate', [], [], { account: accounts.replicateAccount }),
  flavour('fireworks', ['/inference/v1'], ['accounts/fireworks/models/deepseek-v3'], {
    anthropicBases: ['/inference/v1'],
  }),
  flavour('together', ['/v1'], ['meta-llama/Llama-3.3-70B-Instruct-Turbo']),
  flavour('perplexity', ['', '/v1'], ['sonar'], { chat: LAST }),
  flavour('custom', ['/v1', ''], ['fake-model'], { anthropicBases: ['/v1'], account: accounts.relayAccount }),
];

import type { Client } from '../contract/client.ts';
import type { OperationRequest } from '../contract/operation.ts';
import type { Operations } from '../contract/operations.ts';

type NewVirtualKey = OperationRequest<Operations['POST /api/virtual-keys']>['body'];

const demoVirtualKeys: readonly Omit<NewVirtualKey, 'keyIds'>[] = [
  { name: 'Robin’s laptop', budgets: [{ usd: 60, period: 'month', timeZone: 'Europe/Berlin' }], tags: ['person'] },
  {
    name: 'CI pipeline',
    budgets: [
      { usd: 5, period: 'month' },
      { usd: 1, period: 'day' },
    ],
    rpm: 60,
    tags: ['ci'],
  },
  { name: '客服机器人', budgets: [{ usd: 25, period: 'month', timeZone: 'Asia/Shanghai' }], maxConcurrent: 20 },
];

interface DemoCall {
  /** The place of its virtual key. */
  by: number;
  model: string;
  userAgent: string;
  isStream?: boolean;
}

const demoCalls: readonly DemoCall[] = [
  { by: 0, model: 'openai/gpt-4o-mini', userAgent: 'codex_cli_rs/0.50.0', isStream: true },
  { by: 0, model: 'deepseek/deepseek-v4-flash', userAgent: 'OpenAI/JS 6.10.0' },
  { by: 0, model: 'moonshot/kimi-k2.6', userAgent: 'CherryStudio/1.6.0', isStream: true },
  { by: 1, model: 'openai/gpt-4o', userAgent: 'OpenAI/Python 2.8.0' },
  { by: 1, model: 'openai/gpt-4o-mini', userAgent: 'OpenAI/Python 2.8.0' },
  { by: 1, model: 'openai/house-model-1', userAgent: 'curl/8.14.1' },
  { by: 2, model: 'siliconflow/deepseek-ai/DeepSeek-V3', userAgent: 'langchain/1.0', isStream: true },
  { by: 2, model: 'zhipu/glm-5.2', userAgent: 'Dify/1.9' },
  { by: 2, model: 'mistral/mistral-small-latest', userAgent: 'python-httpx/0.28' },
];

/**
 * Virtual keys of several people and tools, and a first handful of calls through the gateway: answered, streamed, tried
 * again, refused by the provider and without a price. Needs the keys of the demo workspace.
 */
export async function addDemoCalls(api: Client, url: string): Promise<void> {
  const secrets: string[] = [];
  for (const virtualKey of demoVirtualKeys) {
    const { secret } = await api('POST /api/virtual-keys', { body: { ...virtualKey, keyIds: 'all' } });
    secrets.push(secret);
  }
  for (const { by, model, userAgent, isStream = false } of demoCalls) {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secrets[by] ?? ''}`,
        'content-type': 'application/json',
        'user-agent': userAgent,
      },
      body: JSON.stringify({
        model,
        stream: isStream,
        messages: [{ role: 'user', content: 'Say hello in one line.' }],
      }),
    });
    // Some of the demo keys are broken on purpose, so an error is as good an answer as any.
    await response.arrayBuffer();
  }
}

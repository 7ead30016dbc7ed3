// Fills an empty workspace with demonstration data: node src/testing/seed.ts --url http://127.0.0.1:8000 --fake http://127.0.0.1:9099
// With --data (the DATA_DIR of a server on its built-in database), two months of calls are added to the few it makes.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ApiError, type Client, createClient } from '../contract/client.ts';
import { addDemoCalls } from './demo-calls.ts';
import { addDemoHistory, readDemoWorkspace } from './demo-history.ts';
import { fakeSecret } from './fake-provider/accounts.ts';
import { flavourOf } from './fake-provider/route.ts';
import type { FakeBehaviour } from './fake-provider/settings.ts';

interface DemoKey {
  provider: string;
  name: string;
  behaviour: FakeBehaviour;
  tags: string[];
  note?: string;
  expiresInDays?: number;
  monthlyBudgetUsd?: number;
}

const demoKeys: readonly DemoKey[] = [
  { provider: 'openai', name: 'OpenAI production', behaviour: 'valid', tags: ['prod', 'chat'], monthlyBudgetUsd: 200 },
  { provider: 'openai', name: 'OpenAI CI', behaviour: 'rate_limited', tags: ['ci'] },
  { provider: 'anthropic', name: 'Claude for the agents', behaviour: 'valid', tags: ['prod', 'agents'] },
  { provider: 'google', name: 'Gemini research', behaviour: 'valid', tags: ['research'], expiresInDays: 12 },
  { provider: 'deepseek', name: 'DeepSeek 主账号', behaviour: 'valid', tags: ['prod', '中文'], monthlyBudgetUsd: 50 },
  { provider: 'zhipu', name: '智谱 GLM 测试', behaviour: 'no_quota', tags: ['中文'], note: '余额用完后找小林充值。' },
  { provider: 'moonshot', name: 'Kimi 长文档', behaviour: 'valid', tags: ['中文', 'research'] },
  { provider: 'siliconflow', name: '硅基流动 批处理', behaviour: 'valid', tags: ['batch'] },
  { provider: 'openrouter', name: 'OpenRouter fallback', behaviour: 'valid', tags: ['fallback'], expiresInDays: -3 },
  { provider: 'mistral', name: 'Mistral (old laptop)', behaviour: 'invalid', tags: [] },
];

const DAY_MS = 24 * 60 * 60 * 1000;

async function seed(): Promise<void> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:8000' },
      fake: { type: 'string', default: 'http://127.0.0.1:9099' },
      email: { type: 'string', default: 'demo@example.com' },
      password: { type: 'string' },
      data: { type: 'string' },
    },
  });
  const { url, fake, email } = values;
  const password = values.password ?? randomBytes(9).toString('base64url').padEnd(12, 'x');
  let token = '';
  const api = createClient({ baseUrl: url, headers: () => (token === '' ? {} : { authorization: `Bearer ${token}` }) });
  try {
    await api('POST /api/register', { body: { email, password, name: 'Demo' } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'email_taken') throw error;
    process.stdout.write(`The demo account ${email} is there already, with the password of its first run.\n`);
    return;
  }
  token = (await api('POST /api/login', { body: { email, password } })).access_token;
  for (const key of demoKeys) await addKey(api, key, fake);
  const host = { name: 'Team vLLM', baseUrl: `${fake}/v1`, note: 'The GPU box in the office.' };
  await api('POST /api/custom-providers', { body: { ...host, dialects: ['openai-chat'] } });
  await addDemoCalls(api, url);
  if (values.data !== undefined) await addDemoHistory(values.data, await readDemoWorkspace(api), Date.now());
  process.stdout.write(`Demo account: ${email}   password: ${password}\n`);
}

async function addKey(api: Client, key: DemoKey, fake: string): Promise<void> {
  const { id } = await api('POST /api/keys', {
    body: {
      provider: key.provider,
      name: key.name,
      secret: fakeSecret(key.behaviour, randomBytes(16).toString('hex')),
      baseUrl: `${fake}/${key.provider}${flavourOf(key.provider).mainBase}`,
      tags: key.tags,
      ...(key.note === undefined ? {} : { note: key.note }),
      ...(key.monthlyBudgetUsd === undefined ? {} : { monthlyBudgetUsd: key.monthlyBudgetUsd }),
      ...(key.expiresInDays === undefined
        ? {}
        : { expiresAt: new Date(Date.now() + key.expiresInDays * DAY_MS).toISOString() }),
    },
  });
  await api('POST /api/keys/test', { body: { id } });
}

await seed();

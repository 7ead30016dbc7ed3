import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testStatuses } from '../contract/vocabulary.ts';
import { customProvider } from './custom-provider.ts';
import {
  buildProbe,
  buildProbes,
  type ProbeInput,
  ProbeInputError,
  probeCredential,
  probeProblem,
  readProbe,
  type SendProbe,
} from './probe.ts';
import { type ProbeReason, probeReasons } from './probe-reasons.ts';
import type { Provider, ProviderRequest } from './provider.ts';
import { findProvider, providers } from './providers.ts';

const secret = `sk-${'Zx9'.repeat(15)}`;
const relay = 'https://relay.example.com/v1';

function preset(id: string): Provider {
  const provider = findProvider(id);
  if (!provider) throw new Error(`no preset ${id}`);
  return provider;
}

const inputFor = (provider: Provider, more: Partial<ProbeInput> = {}): ProbeInput => ({
  secret,
  ...(provider.baseUrl === null ? { baseUrl: provider.baseUrlExample ?? '' } : {}),
  ...more,
});

describe('buildProbe', () => {
  it.each([
    ['openai', 'GET https://api.openai.com/v1/models'],
    ['anthropic', 'GET https://api.anthropic.com/v1/models?limit=1000'],
    ['google', 'GET https://generativelanguage.googleapis.com/v1beta/models?pageSize=1000'],
    ['deepseek', 'GET https://api.deepseek.com/user/balance'],
    ['zhipu', 'GET https://open.bigmodel.cn/api/paas/v4/models'],
    ['moonshot', 'GET https://api.moonshot.cn/v1/users/me/balance'],
    ['baidu', 'GET https://qianfan.baidubce.com/v2/models'],
    ['alibaba', 'GET https://dashscope.aliyuncs.com/compatible-mode/v1/models'],
    ['azure-openai', 'GET https://my-resource.openai.azure.com/openai/models?api-version=2024-10-21'],
    ['custom', 'GET https://llm.example.com/v1/models'],
    ['openrouter', 'GET https://openrouter.ai/api/v1/key'],
    ['xai', 'GET https://api.x.ai/v1/api-key'],
    ['cohere', 'POST https://api.cohere.com/v1/check-api-key'],
    ['huggingface', 'GET https://huggingface.co/api/whoami-v2'],
    ['aws-bedrock', 'GET https://bedrock-mantle.us-east-1.api.aws/v1/models'],
    ['ollama', 'GET http://127.0.0.1:11434/v1/models'],
  ])('%s: %s', (id, expected) => {
    const request = buildProbe(preset(id), inputFor(preset(id)));
    expect(`${request.method} ${request.url}`).toBe(expected);
  });

  it.each(providers)('puts the secret of $id into one header and nowhere else', (provider) => {
    for (const request of buildProbes(provider, inputFor(provider))) {
      expect(Object.values(request.headers).filter((value) => value.includes(secret))).toHaveLength(1);
      expect(request.url + (request.body ?? '')).not.toContain(secret);
      expect(JSON.stringify(request.withoutSecret)).not.toContain(secret);
    }
  });

  it('uses the header that each dialect asks for', () => {
    const headersOf = (id: string) => buildProbe(preset(id), inputFor(preset(id))).headers;
    expect(headersOf('google')).toMatchObject({ 'x-goog-api-key': secret });
    expect(headersOf('anthropic')).toMatchObject({ 'x-api-key': secret, 'anthropic-version': '2023-06-01' });
    expect(headersOf('azure-openai')).toMatchObject({ 'api-key': secret });
    expect(headersOf('openai')).toMatchObject({ authorization: `Bearer ${secret}` });
  });

  it('sends the OAuth token of a subscription as a bearer token', () => {
    const token = `sk-ant-oat01-${'a'.repeat(90)}`;
    const { headers } = buildProbe(preset('anthropic'), { secret: token });
    expect(headers).toMatchObject({ authorization: `Bearer ${token}` });
    expect(headers).not.toHaveProperty('x-api-key');
  });

  it.each(providers)('sends the secret of a moved $id credential only to its new host', (provider) => {
    const hosts = buildProbes(provider, { secret, baseUrl: relay }).map((request) => new URL(request.url).host);
    expect(new Set(hosts)).toEqual(new Set(['relay.example.com']));
  });

  it.each(['https://relay.example.com', `${relay}/`, `${relay}/chat/completions`])(
    'finds the models below %s',
    (baseUrl) => {
      const urls = buildProbes(preset('openai'), { secret, baseUrl }).map((request) => request.url);
      expect(urls).toContain('https://relay.example.com/v1/models');
    },
  );

  it('tries the typed path where a known one was put in its place', () => {
    const urls = buildProbes(preset('alibaba'), { secret, baseUrl: 'https://relay.example.com/api/v1' }).map(
      (request) => request.url,
    );
    expect(urls).toEqual([
      'https://relay.example.com/compatible-mode/v1/models',
      'https://relay.example.com/api/v1/models',
    ]);
  });

  it('proves a legacy pair with a token, the pair in the body', () => {
    const [id, key] = ['a'.repeat(24), 'b'.repeat(32)];
    const request = buildProbe(preset('baidu'), { secret: `${id}|${key}` });
    expect(request.url).toBe('https://aip.baidubce.com/oauth/2.0/token');
    expect(request.body).toBe(`grant_type=client_credentials&client_id=${id}&client_secret=${key}`);
    expect(request.headers).not.toHaveProperty('authorization');
  });

  it('asks a custom host in the dialect of the person', () => {
    const input = { secret, baseUrl: relay };
    expect(buildProbe(preset('custom'), { ...input, dialect: 'anthropic-messages' })).toMatchObject({
      url: 'https://relay.example.com/v1/models?limit=1000',
      headers: { 'x-api-key': secret },
    });
    expect(buildProbe(preset('custom'), { ...input, dialect: 'gemini' })).toMatchObject({
      url: 'https://relay.example.com/v1beta/models?pageSize=1000',
      headers: { 'x-goog-api-key': secret },
    });
  });

  it('asks a keyless local server without any auth header', () => {
    expect(buildProbe(preset('ollama'), { secret: '' }).headers).not.toHaveProperty('authorization');
  });

  it.each<[string, ProbeInput, ProbeReason]>([
    ['openai', { secret: '' }, 'missing_key'],
    ['openai', { secret: `sk-abc\n${'d'.repeat(20)}` }, 'malformed_key'],
    ['openai', { secret: '密钥'.repeat(10) }, 'malformed_key'],
    ['azure-openai', { secret }, 'base_url_missing'],
    ['custom', { secret, baseUrl: 'ftp://x' }, 'url_invalid'],
    ['mistral', { secret, dialect: 'gemini' }, 'dialect_unavailable'],
    ['google-vertex', { secret: '{"type":"service_account"}' }, 'cannot_test'],
    ['aws-bedrock', { secret: `AKIA${'A'.repeat(16)}` }, 'cannot_test'],
  ])('refuses for %s what cannot be sent: %o', (id, input, reason) => {
    expect(probeProblem(preset(id), input)).toBe(reason);
    expect(() => buildProbe(preset(id), input)).toThrow(ProbeInputError);
  });
});

describe('readProbe', () => {
  const read = (id: string, httpStatus: number, body: unknown, isMoved = false) =>
    readProbe(
      preset(id),
      { httpStatus, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) },
      { secret, isMoved },
    );
  const list = { object: 'list', data: [{ id: 'a' }, { id: 'b' }] };

  it.each<[string, number, unknown, ProbeReason]>([
    ['openai', 200, list, 'valid'],
    [
      'openai',
      401,
      { error: { message: 'Incorrect API key provided: sk-****', code: 'invalid_api_key' } },
      'invalid_key',
    ],
    ['openai', 403, { error: { message: 'Missing scopes: api.model.read.' } }, 'valid_restricted'],
    ['openai', 401, { error: { message: 'Missing scopes: api.model.read.' } }, 'valid_restricted'],
    ['openai', 429, { error: { code: 'insufficient_quota', type: 'insufficient_quota', message: 'x' } }, 'no_quota'],
    ['openai', 429, { error: { code: 'rate_limit_exceeded', message: 'x' } }, 'rate_limited'],
    ['openai', 403, { error: { code: 'unsupported_country_region_territory', message: 'x' } }, 'region_not_supported'],
    ['openai', 404, '<!doctype html><html><title>404 models</title></html>', 'wrong_endpoint'],
    ['openai', 404, { detail: 'Not Found' }, 'wrong_endpoint'],
    ['openai', 200, '<!doctype html><html></html>', 'not_an_api'],
    ['openai', 200, '', 'not_an_api'],
    ['openai', 302, '', 'redirected'],
    ['openai', 503, '', 'overloaded'],
    ['openai', 504, '', 'timeout'],
    ['openai', 500, '{}', 'provider_error'],
    ['openai', 200, { error: { message: 'Invalid token', code: 401 } }, 'invalid_key'],
    ['anthropic', 404, { type: 'error', error: { type: 'not_found_error', message: 'Not Found' } }, 'key_disabled'],
    ['anthropic', 400, { type: 'error', error: { type: 'invalid_request_error', message: 'x' } }, 'unexpected_reply'],
    ['anthropic', 400, { type: 'error', error: { message: 'Your credit balance is too low' } }, 'valid_no_credit'],
    [
      'google',
      400,
      {
        error: { status: 'INVALID_ARGUMENT', message: 'API key not valid.', details: [{ reason: 'API_KEY_INVALID' }] },
      },
      'invalid_key',
    ],
    [
      'google',
      403,
      { error: { status: 'PERMISSION_DENIED', message: 'Your API key was reported as leaked.' } },
      'key_leaked',
    ],
    [
      'google',
      403,
      { error: { status: 'PERMISSION_DENIED', message: 'x', details: [{ reason: 'SERVICE_DISABLED' }] } },
      'service_not_enabled',
    ],
    ['deepseek', 200, { is_available: true, balance_infos: [] }, 'valid'],
    ['deepseek', 200, { is_available: false, balance_infos: [] }, 'valid_no_credit'],
    ['deepseek', 401, 'Authentication Fails (governor)', 'invalid_key'],
    ['zhipu', 401, { error: { code: '1000', message: 'x' } }, 'other_region'],
    ['zhipu', 429, { error: { code: '1113', message: '余额不足' } }, 'valid_no_credit'],
    ['zhipu', 400, { error: { code: '1210', message: 'x' } }, 'valid'],
    ['zhipu', 403, { error: { code: '1220', message: 'x' } }, 'valid_restricted'],
    ['zhipu', 400, '<html>Bad Request</html>', 'unexpected_reply'],
    ['moonshot', 401, { error: { type: 'invalid_authentication_error', message: 'x' } }, 'other_region'],
    ['moonshot', 429, { error: { type: 'exceeded_current_quota_error', message: 'x' } }, 'valid_no_credit'],
    ['moonshot', 200, { code: 0, data: { available_balance: 0 } }, 'valid_no_credit'],
    [
      'minimax',
      401,
      { type: 'error', error: { type: 'authorized_error', message: 'invalid api key (2049)' } },
      'other_region',
    ],
    ['alibaba', 429, { error: { code: 'insufficient_quota', message: 'x' } }, 'rate_limited'],
    ['alibaba', 400, { error: { code: 'Arrearage', message: 'x' } }, 'valid_no_credit'],
    ['baidu', 401, { error: { code: 'invalid_model', message: 'x' } }, 'valid'],
    ['baidu', 401, { error: { code: 'invalid_iam_token', message: 'x' } }, 'invalid_key'],
    ['baidu', 401, { error: { code: 'coding_plan_api_key_not_allowed', message: 'x' } }, 'wrong_path_for_key'],
    ['baidu', 200, { access_token: '24.x', expires_in: 2592000 }, 'valid_legacy'],
    ['baidu', 401, { error: 'invalid_client', error_description: 'unknown client id' }, 'invalid_key'],
    ['mistral', 401, { detail: 'Unauthorized' }, 'invalid_or_plan_used_up'],
    ['mistral', 401, { detail: 'Invalid API Key' }, 'invalid_key'],
    ['xai', 400, { code: 'invalid-argument', error: 'Incorrect API key provided: xa***gA.' }, 'invalid_key'],
    ['xai', 200, { api_key_disabled: true, team_blocked: false }, 'key_disabled'],
    ['xai', 200, { api_key_disabled: false, api_key_blocked: false, team_blocked: true }, 'account_blocked'],
    [
      'xai',
      403,
      { code: 'permission-denied', error: "Your team doesn't have any credits or licenses yet." },
      'valid_no_credit',
    ],
    ['openrouter', 200, { data: { limit_remaining: 0, usage: 1 } }, 'valid_no_credit'],
    ['openrouter', 200, { data: { limit_remaining: null } }, 'valid'],
    ['openrouter', 402, { error: { code: 'in_flight_budget_exhausted', message: 'x' } }, 'rate_limited'],
    ['cohere', 200, { valid: false }, 'invalid_key'],
    ['cohere', 200, { valid: true, organization_id: 'o' }, 'valid'],
    ['voyage', 403, { detail: 'x' }, 'valid_restricted'],
    ['elevenlabs', 401, { detail: { status: 'missing_permissions', message: 'x' } }, 'valid_restricted'],
    ['perplexity', 400, { error: { message: 'Invalid model', code: 400 } }, 'valid'],
    ['sambanova', 404, { error: { message: 'Model not found' } }, 'valid'],
    ['deepinfra', 200, { checklist: { suspended: true } }, 'valid_no_credit'],
    ['custom', 403, { message: 'no' }, 'invalid_key'],
    ['custom', 200, { hello: 'world' }, 'not_an_api'],
  ])('%s %i %o means %s', (id, httpStatus, body, reason) => {
    expect(read(id, httpStatus, body)).toMatchObject({ reason, status: probeReasons[reason].status });
  });

  it('counts the models of a list', () => {
    expect(read('openai', 200, list)).toEqual({ status: 'valid', reason: 'valid', models: 2 });
  });

  it('tells the balance where the probe is the balance call', () => {
    const body = { is_available: true, balance_infos: [{ currency: 'CNY', total_balance: '110.00' }] };
    expect(read('deepseek', 200, body)).toMatchObject({ balance: { amount: '110.00', currency: 'CNY' } });
  });

  it('does not speak of another region for a credential on a host of its own', () => {
    const body = { error: { type: 'invalid_authentication_error', message: 'x' } };
    expect(read('moonshot', 401, body, true).reason).toBe('invalid_key');
  });

  it('never throws, stays within the closed sets and never repeats the secret', () => {
    const ids = fc.constantFrom(...providers.map((provider) => provider.id));
    fc.assert(
      fc.property(ids, fc.integer({ min: 100, max: 599 }), fc.json(), fc.string(), (id, httpStatus, json, text) => {
        for (const body of [json, text + secret, JSON.stringify({ error: { message: `${secret}${text}` } })]) {
          const reading = read(id, httpStatus, body);
          expect(testStatuses).toContain(reading.status);
          expect(Object.keys(probeReasons)).toContain(reading.reason);
          expect(reading.detail ?? '').not.toContain(secret);
          expect((reading.detail ?? '').length).toBeLessThanOrEqual(200);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('probeCredential', () => {
  const list = JSON.stringify({ data: [{ id: 'a' }] });
  const answers = (answer: (request: ProviderRequest) => [number, string]): SendProbe => {
    return (request) => {
      const [httpStatus, body] = answer(request);
      return Promise.resolve({ httpStatus, headers: {}, body });
    };
  };
  const isAuthorised = (request: ProviderRequest) => request.headers.authorization === `Bearer ${secret}`;

  it('finds the /v1 that was left out and says so', async () => {
    const send = answers((request) =>
      new URL(request.url).pathname !== '/v1/models'
        ? [404, 'Not found']
        : isAuthorised(request)
          ? [200, list]
          : [401, '{}'],
    );
    const outcome = await probeCredential(preset('custom'), { secret, baseUrl: 'https://relay.example.com' }, send);
    expect(outcome).toMatchObject({ status: 'valid', models: 1, suggestedBaseUrl: relay });
  });

  it('falls back to the model list on a relay that does not know the balance call', async () => {
    const send = answers((request) =>
      request.url.endsWith('/models') ? [200, list] : [404, '{"detail":"Not Found"}'],
    );
    const outcome = await probeCredential(preset('deepseek'), { secret, baseUrl: relay }, send);
    expect(outcome).toMatchObject({ status: 'valid', reason: 'valid', models: 1 });
    expect(outcome).not.toHaveProperty('suggestedBaseUrl');
  });

  it('does not call a key valid because a host shows its models to anyone', async () => {
    const send = answers(() => [200, list]);
    const custom = customProvider({ id: 'cp_1', name: 'Relay', baseUrl: relay, dialects: ['openai-chat'] });
    expect(await probeCredential(custom, { secret }, send)).toMatchObject({
      status: 'unknown',
      reason: 'list_is_public',
    });
  });

  it('calls a key of a custom host valid where the same call without it is refused', async () => {
    const send = answers((request) => (isAuthorised(request) ? [200, list] : [401, '{}']));
    const custom = customProvider({ id: 'cp_1', name: 'Relay', baseUrl: relay, dialects: ['openai-chat'] });
    expect(await probeCredential(custom, { secret }, send)).toMatchObject({ status: 'valid', reason: 'valid' });
  });

  it('says that a local server asks for no key', async () => {
    const send = answers(() => [200, list]);
    for (const value of ['', secret]) {
      const outcome = await probeCredential(preset('ollama'), { secret: value }, send);
      expect(outcome).toMatchObject({ status: 'valid', reason: 'reachable_no_key', models: 1 });
    }
  });

  it('tells why there was no reply, and sends nothing for input that cannot work', async () => {
    const broken: SendProbe = () => Promise.resolve({ networkReason: 'host_not_found' });
    expect(await probeCredential(preset('openai'), { secret }, broken)).toEqual({
      status: 'unreachable',
      reason: 'host_not_found',
    });
    const never: SendProbe = () => Promise.reject(new Error('must not be called'));
    expect(await probeCredential(preset('azure-openai'), { secret }, never)).toMatchObject({
      reason: 'base_url_missing',
    });
  });

  it.each(providers)('gives up on an unknown host of $id after at most four paths', async (provider) => {
    const urls: string[] = [];
    const send = answers((request) => {
      urls.push(request.url);
      return [404, 'Not found'];
    });
    const outcome = await probeCredential(provider, { secret, baseUrl: 'https://relay.example.com/api' }, send);
    expect(urls.length).toBeLessThanOrEqual(4);
    expect(outcome.status).toBe('unreachable');
  });
});

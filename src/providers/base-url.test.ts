import { describe, expect, it } from 'vitest';
import { joinUrl, normaliseBaseUrl, resolveAddress } from './base-url.ts';
import { customProvider } from './custom-provider.ts';
import type { Dialect, Provider } from './provider.ts';
import { findProvider } from './providers.ts';

function preset(id: string): Provider {
  const provider = findProvider(id);
  if (!provider) throw new Error(`no preset ${id}`);
  return provider;
}

const baseUrlOf = (id: string, input: { baseUrl?: string; dialect?: Dialect }) => {
  const address = resolveAddress(preset(id), input);
  return address.ok ? address.baseUrl : address.reason;
};

describe('a base URL as typed', () => {
  it.each<[string, Dialect, string | null]>([
    ['https://api.example.com/v1/', 'openai-chat', 'https://api.example.com/v1'],
    [' https://api.example.com/v1//chat/completions ', 'openai-chat', 'https://api.example.com/v1'],
    ['https://api.example.com/v1/chat/completions/?a=b#c', 'openai-chat', 'https://api.example.com/v1'],
    ['https://api.example.com/v1/models', 'openai-chat', 'https://api.example.com/v1'],
    ['api.example.com/v1', 'openai-chat', 'https://api.example.com/v1'],
    ['localhost:8080/v1', 'openai-chat', 'http://localhost:8080/v1'],
    ['https://api.example.com/v1/messages', 'anthropic-messages', 'https://api.example.com'],
    ['https://api.example.com/anthropic/v1', 'anthropic-messages', 'https://api.example.com/anthropic'],
    ['https://api.example.com/v1beta/models/gemini-x:generateContent', 'gemini', 'https://api.example.com'],
    ['ftp://api.example.com', 'openai-chat', null],
    ['https://user:pass@api.example.com', 'openai-chat', null],
    ['https://', 'openai-chat', null],
    ['', 'openai-chat', null],
  ])('%s for %s is %s', (text, dialect, expected) => {
    expect(normaliseBaseUrl(text, dialect)).toBe(expected);
  });
});

describe('resolveAddress', () => {
  it('takes the shown default for no change, even where calls go to another path or host', () => {
    expect(baseUrlOf('baidu', { baseUrl: 'https://aip.baidubce.com/' })).toBe('https://qianfan.baidubce.com/v2');
    expect(baseUrlOf('alibaba', { baseUrl: 'https://dashscope.aliyuncs.com/api/v1' })).toBe(
      'https://dashscope.aliyuncs.com/compatible-mode/v1',
    );
    expect(baseUrlOf('openai', { baseUrl: 'https://api.openai.com/v1/' })).toBe('https://api.openai.com/v1');
  });

  it('asks for the base URL that only the person knows', () => {
    expect(baseUrlOf('azure-openai', {})).toBe('base_url_missing');
    expect(baseUrlOf('custom', { baseUrl: '  ' })).toBe('base_url_missing');
    expect(baseUrlOf('custom', { baseUrl: 'javascript:alert(1)' })).toBe('url_invalid');
  });

  it.each([
    'https://res.openai.azure.com',
    'https://res.openai.azure.com/openai/v1/',
    'https://res.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21',
  ])('finds the Azure base URL in %s', (baseUrl) => {
    expect(baseUrlOf('azure-openai', { baseUrl })).toBe('https://res.openai.azure.com/openai/v1');
  });

  it('derives the other dialects of a regional host', () => {
    const baseUrl = 'https://bedrock-mantle.us-east-1.api.aws/v1';
    expect(baseUrlOf('aws-bedrock', { baseUrl, dialect: 'anthropic-messages' })).toBe(
      'https://bedrock-mantle.us-east-1.api.aws/anthropic',
    );
  });

  it('moves the Responses API with the chat API, and never falls back to the own host of a moved credential', () => {
    const baseUrl = 'https://relay.example.com/v1';
    expect(baseUrlOf('openai', { baseUrl, dialect: 'openai-responses' })).toBe(baseUrl);
    expect(baseUrlOf('deepseek', { baseUrl, dialect: 'anthropic-messages' })).toBe('dialect_unavailable');
    expect(baseUrlOf('deepseek', { dialect: 'anthropic-messages' })).toBe('https://api.deepseek.com/anthropic');
  });

  it('keeps another path of the own host', () => {
    const address = resolveAddress(preset('zhipu'), { baseUrl: 'https://open.bigmodel.cn/api/coding/paas/v4' });
    expect(address).toMatchObject({ ok: true, isMoved: false, baseUrl: 'https://open.bigmodel.cn/api/coding/paas/v4' });
  });
});

describe('a custom provider', () => {
  it('reaches each dialect of one host below its own base URL', () => {
    const provider = customProvider({
      id: 'cp_1',
      name: 'Relay',
      baseUrl: 'https://relay.example.com/v1/chat/completions',
      dialects: ['openai-chat', 'anthropic-messages', 'gemini'],
    });
    expect(provider.baseUrl).toBe('https://relay.example.com/v1');
    expect(Object.entries(provider.dialects).map(([dialect, access]) => [dialect, access.baseUrl])).toEqual([
      ['openai-chat', 'https://relay.example.com/v1'],
      ['anthropic-messages', 'https://relay.example.com'],
      ['gemini', 'https://relay.example.com'],
    ]);
  });
});

describe('joinUrl', () => {
  it('steps up at most to the origin', () => {
    expect(joinUrl('https://a.example/openai/v1', '../models')).toBe('https://a.example/openai/models');
    expect(joinUrl('https://a.example', '../../models')).toBe('https://a.example/models');
  });
});

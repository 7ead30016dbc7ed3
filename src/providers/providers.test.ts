import { describe, expect, it } from 'vitest';
import { mainInterface } from './base-url.ts';
import { isProbeReason, probeReasons, probeSentence } from './probe-reasons.ts';
import { findProvider, providers } from './providers.ts';

describe('the presets', () => {
  it.each([
    ['openai', 'https://api.openai.com/v1'],
    ['anthropic', 'https://api.anthropic.com'],
    ['google', 'https://generativelanguage.googleapis.com'],
    ['deepseek', 'https://api.deepseek.com'],
    ['zhipu', 'https://open.bigmodel.cn/api/paas/v4'],
    ['moonshot', 'https://api.moonshot.cn/v1'],
    ['baidu', 'https://aip.baidubce.com'],
    ['alibaba', 'https://dashscope.aliyuncs.com/api/v1'],
    ['azure-openai', null],
    ['custom', null],
  ])('%s stands among the first ten with the default %s', (id, baseUrl) => {
    expect(findProvider(id)?.baseUrl).toBe(baseUrl);
    expect(providers.slice(0, 10).map((provider) => provider.id)).toContain(id);
  });

  it('are fifty, each with an id of its own', () => {
    const ids = providers.map((provider) => provider.id);
    expect(new Set(ids).size).toBe(50);
    expect(ids.every((id) => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id))).toBe(true);
    expect(ids).not.toContain('github-models');
  });

  it.each(providers)('$id names only well-formed https addresses, but for local servers', (provider) => {
    const urls = [
      provider.website,
      provider.consoleUrl,
      provider.docsUrl,
      provider.baseUrl,
      provider.baseUrlExample ?? null,
      mainInterface(provider).access.baseUrl,
      ...Object.values(provider.dialects).map((access) => access.baseUrl),
      ...provider.otherBaseUrls.map((other) => other.url),
    ].filter((url): url is string => url !== null && url !== '{baseUrl}');
    const isWellFormed = (url: string) => URL.canParse(url.replaceAll(/[{}]/g, ''));
    const isLocal = (url: string) => provider.region === 'local' && url.startsWith('http://127.0.0.1:');
    expect(urls.length).toBeGreaterThan(0);
    expect(urls.filter((url) => !isWellFormed(url) || !(url.startsWith('https://') || isLocal(url)))).toEqual([]);
  });

  it.each(providers)('$id shows a base URL that is ready to use, without a final slash, or an example', (provider) => {
    expect(provider.baseUrl ?? provider.baseUrlExample).toMatch(/^https?:\/\/[^{}]*[^/{}]$/);
  });

  it.each(providers)('$id has patterns that compile and an example that begins with its prefix', (provider) => {
    const { keyFormat, pairedSecret, untestablePattern } = provider;
    const patterns = [keyFormat.pattern, pairedSecret?.pattern, untestablePattern].map((pattern) => pattern ?? '');
    expect(() => patterns.map((pattern) => new RegExp(pattern))).not.toThrow();
    expect((keyFormat.example ?? '').startsWith(keyFormat.prefix ?? '')).toBe(true);
  });

  it('name their siblings mutually', () => {
    const pairs = providers.flatMap((provider) => provider.siblings.map((sibling) => [provider.id, sibling] as const));
    expect(pairs.length).toBe(12);
    for (const [id, sibling] of pairs) expect(findProvider(sibling)?.siblings).toContain(id);
  });

  it.each(providers)('$id has a name in both languages and a variable for its secret', (provider) => {
    const { secret, baseUrl, other } = provider.environment;
    const names = [...secret, ...baseUrl, ...other];
    expect([provider.name, provider.nameZh, ...secret].length).toBeGreaterThan(2);
    expect([provider.name, provider.nameZh]).not.toContain('');
    expect(names.filter((name) => !/^[A-Z][A-Z0-9_]+$/.test(name))).toEqual([]);
  });
});

describe('the sentences of the connection test', () => {
  const reasons = Object.keys(probeReasons).filter(isProbeReason);

  it.each(reasons)('%s leaves no slot open, in either language', (reason) => {
    const [english, chinese] = (['en', 'zh'] as const).map((language) =>
      probeSentence(reason, { language, provider: 'Moonshot', sibling: 'Kimi' }),
    );
    expect(`${english}${chinese}`).not.toMatch(/[{}]/);
    expect(english).toMatch(/^[A-Z].*\.$/);
    expect(chinese).toMatch(/\p{Script=Han}.*。$/u);
  });

  it('name the sibling only where there is one', () => {
    const names = { language: 'en', provider: 'Moonshot' } as const;
    expect(probeSentence('other_region', { ...names, sibling: 'Kimi' })).toContain('Kimi');
    expect(probeSentence('other_region', names)).toBe(probeSentence('invalid_key', names));
  });
});

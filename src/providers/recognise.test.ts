import { describe, expect, it } from 'vitest';
import { recogniseProviders } from './recognise.ts';

const hex = (length: number) => '0123456789abcdef'.repeat(8).slice(0, length);
const uuid = `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`;

describe('recogniseProviders', () => {
  it.each([
    ['anthropic', `sk-ant-api03-${'a'.repeat(93)}AA`],
    ['openrouter', `sk-or-v1-${hex(64)}`],
    ['openai', `sk-proj-${'a'.repeat(60)}`],
    ['openai', `sk-${'a'.repeat(20)}T3Blbk${'FJ'}${'a'.repeat(20)}`],
    ['groq', `gsk_${'a'.repeat(52)}`],
    ['xai', `xai-${'a'.repeat(80)}`],
    ['cerebras', `csk-${'a'.repeat(48)}`],
    ['perplexity', `pplx-${'a'.repeat(48)}`],
    ['huggingface', `hf_${'a'.repeat(34)}`],
    ['nvidia', `nvapi-${'a'.repeat(64)}`],
    ['replicate', `r8_${'a'.repeat(37)}`],
    ['baidu', `bce-v3/ALTAK-${'a'.repeat(21)}/${hex(40)}`],
    ['voyage', `pa-${'a'.repeat(43)}`],
    ['jina', `jina_${'a'.repeat(60)}`],
    ['aws-bedrock', `ABSK${'a'.repeat(120)}`],
    ['fireworks', `fw_${'a'.repeat(24)}`],
    ['together', `tgp_v1_${'a'.repeat(43)}`],
  ])('names only %s for a key that only it issues', (id, secret) => {
    expect(recogniseProviders(` ${secret}\n`)).toEqual([id]);
  });

  it('puts both regions of Zhipu first for id.secret', () => {
    expect(recogniseProviders(`${hex(32)}.${'a'.repeat(16)}`)).toEqual(['zhipu', 'zai']);
  });

  it('puts Gemini before Vertex AI for the same form', () => {
    expect(recogniseProviders(`AIza${'a'.repeat(35)}`)).toEqual(['google', 'google-vertex']);
  });

  it('suggests several providers for sk- with 32 characters, DeepSeek first', () => {
    const [first, ...others] = recogniseProviders(`sk-${hex(32)}`);
    expect(first).toBe('deepseek');
    expect(others).toEqual(expect.arrayContaining(['alibaba', 'baichuan']));
    expect(others).not.toContain('anthropic');
  });

  it('suggests several providers for a UUID', () => {
    expect(recogniseProviders(uuid)).toEqual(expect.arrayContaining(['volcengine', 'sambanova', 'modelscope']));
  });

  it('names nobody for our own virtual keys, plain words, nothing and very long text', () => {
    for (const text of [`sk-akm-${'a'.repeat(49)}`, 'hello', '', '   ', 'sk-'.repeat(10_000)]) {
      expect(recogniseProviders(text)).toEqual([]);
    }
  });
});

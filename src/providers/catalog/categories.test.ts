import { describe, expect, it } from 'vitest';
import { categorise } from './categories.ts';
import { familyOf } from './family.ts';
import type { ModelKind } from './model.ts';

describe('categorise', () => {
  it.each<[string, ModelKind]>([
    ['text-embedding-3-small', 'embedding'],
    ['BAAI/bge-m3', 'embedding'],
    ['voyage-4-large', 'embedding'],
    ['rerank-2.5', 'rerank'],
    ['Qwen/Qwen3-Reranker-8B', 'rerank'],
    ['omni-moderation-latest', 'moderation'],
    ['meta-llama/llama-guard-4-12b', 'moderation'],
    ['sora-2-pro', 'video'],
    ['MiniMax-Hailuo-02', 'video'],
    ['black-forest-labs/flux-dev', 'image'],
    ['gpt-image-2', 'image'],
    ['whisper-1', 'audio'],
    ['gpt-4o-mini-tts', 'audio'],
    ['qwen3-asr-flash', 'audio'],
    ['gpt-4o', 'chat'],
    ['qwen3.5-plus', 'chat'],
    ['claude-fable-5-2', 'chat'],
  ])('takes %s for a model of kind %s by its id alone', (id, kind) => {
    expect(categorise({ id }).kind).toBe(kind);
  });

  it('believes a source that names a kind before what the id looks like', () => {
    expect(categorise({ id: 'scribe_v1', kind: 'audio' }).kind).toBe('audio');
  });

  it('does not let the default kind chat hide an embedding model', () => {
    expect(categorise({ id: 'text-embedding-3-large', kind: 'chat' }).kind).toBe('embedding');
  });

  it('calls a chat model long-context from 200,000 tokens on', () => {
    expect(categorise({ id: 'm', contextTokens: 199_999 }).categories).not.toContain('long-context');
    expect(categorise({ id: 'm', contextTokens: 200_000 }).categories).toContain('long-context');
  });

  it('calls a chat model multimodal when it reads more than text, and tags what else it writes', () => {
    const model = categorise({
      id: 'm',
      inputModalities: ['text', 'pdf'],
      outputModalities: ['text', 'audio', 'image'],
    });
    expect(model.categories).toEqual(['chat', 'multimodal', 'image', 'audio']);
  });

  it('knows reasoning models by their id only where no source says', () => {
    expect(categorise({ id: 'o3-mini' }).reasoning).toBe(true);
    expect(categorise({ id: 'kimi-k2-thinking' }).categories).toContain('reasoning');
    expect(categorise({ id: 'grok-4-fast-non-reasoning' }).reasoning).toBe(false);
    expect(categorise({ id: 'o3-mini', reasoning: false }).categories).not.toContain('reasoning');
  });

  it('tags code models by name, and no encoder', () => {
    for (const id of ['codestral-latest', 'qwen3-coder-plus', 'gpt-5.3-codex', 'doubao-seed-code']) {
      expect(categorise({ id }).categories).toContain('code');
    }
    expect(categorise({ id: 'some-encoder-large' }).categories).not.toContain('code');
  });

  it('gives a moderation model no category', () => {
    expect(categorise({ id: 'omni-moderation-latest', inputModalities: ['text', 'image'] }).categories).toEqual([]);
  });
});

describe('familyOf', () => {
  it('names the product line whoever serves it', () => {
    expect(familyOf('us.anthropic.claude-sonnet-4-6')).toBe('claude-sonnet');
    expect(familyOf('accounts/fireworks/models/kimi-k3')).toBe('kimi');
    expect(familyOf('openai/gpt-oss-120b')).toBe('gpt-oss');
    expect(familyOf('somebodys-own-model')).toBeNull();
  });
});

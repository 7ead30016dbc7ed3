import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCatalog, ROW_DEFAULTS } from './catalog.ts';
import { findModel } from './find-model.ts';
import { mergeListedModels } from './merge-listed.ts';
import type { CatalogModel } from './model.ts';

const catalog = createCatalog(() => readFileSync(join(import.meta.dirname, 'catalog.json'), 'utf8'));

function idFound(provider: string, asked: string): string | undefined {
  return findModel(catalog.ofProvider(provider), asked)?.id;
}

function model(id: string, facts: Partial<CatalogModel> = {}): CatalogModel {
  return { ...ROW_DEFAULTS, id, provider: 'acme', name: id, source: 'overlay', ...facts };
}

describe('findModel', () => {
  it('finds an exact id before anything shorter', () => {
    expect(idFound('openai', 'gpt-4o-2024-05-13')).toBe('gpt-4o-2024-05-13');
    expect(idFound('openai', 'GPT-4o')).toBe('gpt-4o');
  });

  it.each([
    ['openai', 'gpt-5-2025-08-07', 'gpt-5'],
    ['anthropic', 'claude-opus-4-6-20260205', 'claude-opus-4-6'],
    ['google', 'models/gemini-2.5-flash', 'gemini-2.5-flash'],
    ['google', 'gemini-2.5-flash-preview-09-2025', 'gemini-2.5-flash'],
    ['google', 'gemini-2.5-pro-001', 'gemini-2.5-pro'],
    ['anthropic', 'claude-haiku-4-5@20251001', 'claude-haiku-4-5'],
  ])('strips what %s adds to %s', (provider, asked, found) => {
    expect(idFound(provider, asked)).toBe(found);
  });

  it('strips region prefix and version of a Bedrock id', () => {
    const models = [model('anthropic.claude-x')];
    expect(findModel(models, 'us.anthropic.claude-x-20260101-v1:0')?.id).toBe('anthropic.claude-x');
    expect(findModel(models, 'global.anthropic.claude-x')?.id).toBe('anthropic.claude-x');
  });

  it('gives an undated alias the newest dated model, and one in service before a deprecated one', () => {
    const models = [model('m-20250101'), model('m-20260101'), model('m-20270101', { deprecated: true })];
    expect(findModel(models, 'm-latest')?.id).toBe('m-20260101');
    expect(findModel(models, 'm')?.id).toBe('m-20260101');
  });

  it.each(['gpt-5-ultra', 'gpt-4o-turbo', 'gpt-4-1106-preview', 'gpt-4.75', 'gpt', '', '-latest', 'deepseek-v9'])(
    'never takes %j for a shorter neighbour',
    (asked) => {
      expect(findModel([...catalog.ofProvider('openai'), ...catalog.ofProvider('deepseek')], asked)).toBeNull();
    },
  );

  it('finds every catalogued model by its own id', () => {
    for (const provider of ['openai', 'aws-bedrock', 'openrouter', 'alibaba']) {
      for (const { id } of catalog.ofProvider(provider))
        expect(idFound(provider, id)?.toLowerCase()).toBe(id.toLowerCase());
    }
  });
});

describe('mergeListedModels', () => {
  const merged = mergeListedModels(catalog.ofProvider('openai'), 'openai', [
    { id: 'gpt-4o', deprecatedAt: '2027-01-31' },
    { id: 'ft:gpt-4o:my-team::abc123' },
    { id: 'text-embedding-9', contextTokens: 16_384 },
    { id: 'gpt-4o' },
  ]);

  it('keeps exactly the models the provider listed, once each', () => {
    expect(merged.map((each) => each.id)).toEqual(['ft:gpt-4o:my-team::abc123', 'gpt-4o', 'text-embedding-9']);
  });

  it('decorates a known model with the catalogue and lets the provider correct it', () => {
    const [known] = mergeListedModels(catalog.ofProvider('openai'), 'openai', [
      { id: 'gpt-4o', deprecatedAt: '2027-01-31' },
    ]);
    expect(known).toMatchObject({
      name: 'GPT-4o',
      inputUsdPerMillion: 2.5,
      deprecatedAt: '2027-01-31',
      deprecated: true,
    });
  });

  it('keeps an unknown model usable, with a category and without a price', () => {
    expect(merged.find((each) => each.id === 'text-embedding-9')).toMatchObject({
      kind: 'embedding',
      categories: ['embedding'],
      contextTokens: 16_384,
      inputUsdPerMillion: null,
      outputUsdPerMillion: null,
      source: 'provider',
    });
  });
});

// The import rules of ARCHITECTURE.md, checked on the parsed source.
import { describe, expect, it } from 'vitest';
import { importRules, prohibitions, type Rule, rightRules } from './architecture/rules.ts';
import { parseSource, readSources } from './architecture/source-file.ts';

const sources = readSources();
const rules: readonly Rule[] = [...importRules, ...rightRules, ...prohibitions];

function violationsIn(rule: Rule): string[] {
  return sources
    .filter(({ path }) => rule.about(path) && !rule.allowed?.includes(path))
    .flatMap((file) => rule.violations(file).map((violation) => `${file.path} ${violation}`));
}

it('reads the sources of every part of the product', () => {
  const parts = new Set(sources.map(({ path }) => path.split('/')[1]));
  expect([...parts]).toEqual(expect.arrayContaining(['contract', 'providers', 'server', 'testing', 'web']));
  expect(sources.length).toBeGreaterThan(100);
});

describe.each(rules)('$promise', (rule) => {
  it('holds for every file it is about', () => {
    expect(sources.some(({ path }) => rule.about(path))).toBe(true);
    expect(violationsIn(rule)).toEqual([]);
  });

  it('is broken by code that breaks it', () => {
    const file = parseSource(rule.broken.path, rule.broken.code);
    expect(rule.about(file.path)).toBe(true);
    expect(rule.violations(file)).not.toEqual([]);
  });
});

describe.each(rules.filter(({ allowed }) => allowed))('$promise', (rule) => {
  it('names only files that use their right', () => {
    const using = sources.filter((file) => rule.about(file.path) && rule.violations(file).length > 0);
    expect(using.map(({ path }) => path)).toEqual(expect.arrayContaining([...(rule.allowed ?? [])]));
  });
});

import { expect, it } from 'vitest';
import { guessProvider } from './guess-provider.ts';

const plain = `sk-${'a'.repeat(48)}`;

it('a variable and a secret that agree decide', () => {
  expect(guessProvider(plain, 'OPENAI_API_KEY')).toEqual({ providerIds: ['openai'], isSure: true });
});

it("a variable of one provider around another's secret is left to the person", () => {
  const guess = guessProvider(plain, 'STAGING_ANTHROPIC_API_KEY');
  expect(guess.isSure).toBe(false);
  expect(guess.providerIds[0]).toBe('anthropic');
});

it('a form that several providers share is left to the person', () => {
  expect(guessProvider(`sk-${'0a1b2c3d'.repeat(4)}`, null).isSure).toBe(false);
});

import { expect, test } from 'vitest';
import { passwordStrength } from './password-strength.ts';

test('a password under the least length is told as short, however varied', () => {
  expect(passwordStrength('aB3$xY9!', 12)).toBe('short');
});

test('length counts in characters, so twelve emoji are not taken for twenty-four', () => {
  expect(passwordStrength('🔑'.repeat(11), 12)).toBe('short');
  expect(passwordStrength('🔑'.repeat(12), 12)).toBe('weak');
});

test('repetition and common words stay weak at any length', () => {
  expect(passwordStrength('ab'.repeat(20), 12)).toBe('weak');
  expect(passwordStrength('password1234', 12)).toBe('weak');
});

test('several unrelated words are strong', () => {
  expect(passwordStrength('copper lantern drifts north', 12)).toBe('strong');
});

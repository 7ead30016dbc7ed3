import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { addressWithoutOrigin } from './search-params.ts';

beforeAll(() => vi.stubGlobal('window', { location: { origin: 'https://here.example' } }));
afterAll(() => vi.unstubAllGlobals());

test('an address leads to a page here or nowhere', () => {
  expect(addressWithoutOrigin('/keys?tab=history')).toBe('/keys?tab=history');
  const elsewhere = [
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example/keys',
    'javascript:alert(1)',
    'data:text/html,x',
    '/\t/evil.example',
    '\n//evil.example',
    '/%09/evil.example',
    'evil.example',
    '/.//evil.example',
    '/keys/..//evil.example',
    '/./\\\\evil.example',
    undefined,
  ];
  for (const address of elsewhere) {
    const found = addressWithoutOrigin(address);
    if (found === null) continue;
    // What is left over is read as a browser reads it, from a page of ours.
    expect(new URL(found, 'https://here.example/sign-in').origin, `of ${JSON.stringify(address)}`).toBe(
      'https://here.example',
    );
    expect(found).toMatch(/^\/(?![/\\])/);
  }
});

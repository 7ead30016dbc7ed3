import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normaliseNetwork } from './ip-allow-list.ts';

it.each([
  ['203.0.113.9', '203.0.113.9'],
  ['10.1.2.3/8', '10.0.0.0/8'],
  ['10.1.2.3/32', '10.1.2.3'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['2001:db8:1:2:3:4:5:6/64', '2001:db8:1:2::/64'],
  ['::/0', '::/0'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
])('%s is stored as %s', (text, stored) => {
  expect(normaliseNetwork(text)).toBe(stored);
});

it.each([
  '',
  'localhost',
  '010.0.0.1',
  '0x7f.1',
  '2130706433',
  '10.0.0.0/33',
  '::/129',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0.0/-1',
  'fe80::1%eth0',
])('%j is no address and no network', (text) => {
  expect(normaliseNetwork(text)).toBeNull();
});

it('what is stored is its own stored form', () => {
  const network = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, bits]) => `${address}/${bits}`),
    fc.tuple(fc.ipV6(), fc.nat(128)).map(([address, bits]) => `${address}/${bits}`),
  );
  fc.assert(
    fc.property(network, (text) => {
      const stored = normaliseNetwork(text);
      expect(stored).not.toBeNull();
      expect(normaliseNetwork(stored ?? '')).toBe(stored);
    }),
  );
});

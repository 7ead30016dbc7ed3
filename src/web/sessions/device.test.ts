import { expect, test } from 'vitest';
import { describeDevice } from './device.ts';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

test('browsers that pretend to be others are told by their own name', () => {
  expect(describeDevice(CHROME)).toEqual({ browser: 'Chrome', system: 'Windows', isPhone: false });
  expect(describeDevice(`${CHROME} Edg/140.0.0.0`).browser).toBe('Edge');
});

test('an iPhone is a phone and not a Mac, although it says "like Mac OS X"', () => {
  const safari =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1';
  expect(describeDevice(safari)).toEqual({ browser: 'Safari', system: 'iPhone', isPhone: true });
});

test('an unknown program is not taken for a browser', () => {
  expect(describeDevice('something/1.0')).toEqual({ browser: null, system: null, isPhone: false });
});

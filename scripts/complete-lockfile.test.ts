import { expect, it } from 'vitest';
import { missingEntries } from './complete-lockfile.ts';

const parent = { version: '1.2.3', dev: true, optionalDependencies: { '@x/tool-linux-arm64-musl': '1.2.3' } };

it('adds an optional package that the lockfile names and does not hold', () => {
  expect(missingEntries({ 'node_modules/tool': parent })).toEqual({
    'node_modules/@x/tool-linux-arm64-musl': {
      version: '1.2.3',
      cpu: ['arm64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    },
  });
});

it('leaves out what is held beside the parent or above it', () => {
  const held = { version: '1.2.3' };
  const above = { 'node_modules/a/node_modules/tool': parent, 'node_modules/@x/tool-linux-arm64-musl': held };
  const inside = {
    'node_modules/a/node_modules/tool': parent,
    'node_modules/a/node_modules/@x/tool-linux-arm64-musl': held,
  };
  expect(missingEntries(above)).toEqual({});
  expect(missingEntries(inside)).toEqual({});
});

it('refuses to guess the platform of a package whose name does not tell it', () => {
  const odd = { optionalDependencies: { fsevents: '2.3.3' } };
  expect(() => missingEntries({ 'node_modules/tool': odd })).toThrow(/fsevents/);
});

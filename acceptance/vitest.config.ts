import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { generations } from './generations.ts';

const projects = Object.entries(generations).map(([generation, packages]) => ({
  extends: true as const,
  resolve: {
    alias: Object.entries(packages).map(([name, installed]) => ({
      find: new RegExp(`^${RegExp.escape(name)}$`),
      replacement: installed,
    })),
  },
  test: { name: generation },
}));

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['*.test.ts'],
    environment: 'node',
    pool: 'forks',
    testTimeout: 15_000,
    hookTimeout: 30_000,
    reporters: ['default', join(import.meta.dirname, '../scripts/vitest-summary-reporter.ts')],
    projects,
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
    environment: 'node',
    pool: 'threads',
    testTimeout: 15_000,
    hookTimeout: 30_000,
    reporters: ['default', './scripts/vitest-summary-reporter.ts'],
  },
});

import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that put something in the place of a module need the modules to themselves. */
const replacesModules = 'src/**/*.mocked.test.ts';

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'threads',
    // Vitest leaves one core to its own thread, which has little to do here.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 15_000,
    hookTimeout: 30_000,
    reporters: ['default', './scripts/vitest-summary-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
          exclude: [...configDefaults.exclude, replacesModules],
          // Files share their thread, so the product is loaded and compiled once, and not for each of them.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'modules replaced', include: [replacesModules] } },
    ],
  },
});

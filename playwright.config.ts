import { defineConfig } from '@playwright/test';
import { journeyEnvironment } from './e2e/environment.ts';
import type { Fixtures } from './e2e/fixtures.ts';

const { baseUrl, directory, environment, fakeProviderUrl } = await journeyEnvironment();

const mainJob = 'main-job.spec.ts';
const installation = 'administration.spec.ts';

export default defineConfig<Fixtures>({
  testDir: 'e2e',
  // The main job begins on an installation that nobody has used. Journeys are people who know nothing of each other and
  // go side by side; what changes the installation for everybody comes last, alone.
  projects: [
    { name: 'main job', testMatch: mainJob },
    { name: 'journeys', testIgnore: [mainJob, installation], dependencies: ['main job'] },
    { name: 'installation', testMatch: installation, dependencies: ['journeys'] },
  ],
  outputDir: 'test-results',
  fullyParallel: false,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env.CI !== undefined,
  reporter: [['list'], ['./scripts/playwright-summary-reporter.ts']],
  globalTeardown: './e2e/remove-data.ts',
  use: {
    baseURL: baseUrl,
    productUrl: baseUrl,
    fakeProviderUrl,
    directory,
    browserName: 'chromium',
    locale: 'en-US',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: `"${process.execPath}" e2e/run-product.ts`,
    url: `${baseUrl}/api/health`,
    env: environment,
    reuseExistingServer: false,
    timeout: 60_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
  },
});

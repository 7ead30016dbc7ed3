import type { Reporter, TestModule } from 'vitest/node';
import { closingLine } from './test-totals.ts';

/** Ends a test run with one plain line that people and scripts can read: `N passed, N failed`. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const totals = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      // A file that cannot be loaded has no tests to count, a broken afterAll() fails no test: both are failures.
      totals.failed += module.errors().length;
      for (const suite of module.children.allSuites()) totals.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        totals[state === 'pending' ? 'skipped' : state] += 1;
      }
    }
    if (!process.env.TEST_DATABASE_URL) {
      console.log('PostgreSQL tests are skipped: TEST_DATABASE_URL is not set.');
    }
    console.log(closingLine(totals));
  }
}

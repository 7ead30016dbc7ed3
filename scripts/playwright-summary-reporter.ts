import type { FullConfig, Reporter, Suite, TestError } from '@playwright/test/reporter';
import { closingLine } from './test-totals.ts';

/** Ends the browser journeys with the same line as the other tests: `N passed, N failed`. */
export default class SummaryReporter implements Reporter {
  private suite: Suite | undefined;
  private errorsOutsideTests = 0;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.suite = suite;
  }

  onError(_error: TestError): void {
    this.errorsOutsideTests += 1;
  }

  onEnd(): void {
    const totals = { passed: 0, failed: this.errorsOutsideTests, skipped: 0 };
    for (const test of this.suite?.allTests() ?? []) {
      const outcome = test.outcome();
      if (outcome === 'skipped') totals.skipped += 1;
      else if (outcome === 'unexpected') totals.failed += 1;
      else totals.passed += 1;
    }
    console.log(closingLine(totals));
  }

  printsToStdio(): boolean {
    return true;
  }
}

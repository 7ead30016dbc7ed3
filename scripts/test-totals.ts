export interface TestTotals {
  passed: number;
  failed: number;
  skipped: number;
}

/** The last line of every test run. */
export function closingLine({ passed, failed, skipped }: TestTotals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

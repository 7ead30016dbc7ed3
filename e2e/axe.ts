import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Contrast belongs to the theme, names to the language: two looks see all of both. */
export const looks = [
  { theme: 'light', locale: 'en' },
  { theme: 'dark', locale: 'zh-CN' },
] as const;

/** Everything of WCAG 2.1 AA that a machine can judge, as lines for a person. */
async function violationsOf(page: Page): Promise<string[]> {
  const { violations, passes } = await new AxeBuilder({ page })
    // The pages have no frames, for which the other mode would open a blank page each time.
    .setLegacyMode(true)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  expect(passes.length, 'rules that were applied').toBeGreaterThan(5);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} (${node.failureSummary ?? ''})`),
  );
}

/** `name` tells what was on the screen; the journey goes on, so that one run tells of everything. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  expect.soft(await violationsOf(page), name).toEqual([]);
}

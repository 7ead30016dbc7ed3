import { expect, type Page } from '@playwright/test';
import { english } from './texts.ts';

const { shell } = english;

/** Runs a command of the palette: opens it, types, waits until the command stands first, and presses Enter. */
export async function runCommand(page: Page, typed: string, first: string): Promise<void> {
  await page.keyboard.press('Control+K');
  const palette = page.getByRole('dialog', { name: shell.palette.label });
  await expect(palette.getByPlaceholder(shell.palette.placeholder)).toBeFocused();
  await page.keyboard.type(typed);
  await expect(palette.locator('[data-selected]').getByText(first, { exact: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(palette).toBeHidden();
}

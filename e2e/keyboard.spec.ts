import type { Locator, Page } from '@playwright/test';
import { fillClipboard, grantClipboard, readClipboard } from './clipboard.ts';
import { expect, test } from './fixtures.ts';
import { copyButton, makeSecret, secretField } from './keys.ts';
import { runCommand } from './palette.ts';
import { registerAccount } from './people.ts';
import { english, fill } from './texts.ts';

const { credentials: words, models, overview, sessions, shell } = english;

const MODEL_ID = 'gpt-4o-mini';
const STOPS_MAX = 40;

/** What the focus is shown by: an outline or a ring of shadow. */
async function expectVisibleFocus(page: Page): Promise<void> {
  const look = await page.evaluate(() => {
    const focused = document.activeElement;
    if (focused === null || focused === document.body) return { name: 'nothing', isShown: false };
    // A field inside a frame of its own (a password with its eye) shows the focus on that frame.
    const shown = [focused, focused.parentElement, focused.nextElementSibling].some((element) => {
      if (element === null) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    });
    return { name: focused.outerHTML.slice(0, 200), isShown: shown };
  });
  expect(look.isShown, `the focus shows on ${look.name}`).toBe(true);
}

/** Presses Tab until the focus is there; every stop on the way must show where it is. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
    await expectVisibleFocus(page);
  }
  await expect(target, `reached within ${STOPS_MAX} presses of Tab`).toBeFocused();
}

test('everything of the main job is done with the keyboard alone', async ({
  page,
  context,
  productUrl,
  fakeProviderUrl,
}) => {
  await grantClipboard(context);
  const { email, password } = await registerAccount(productUrl, 'Keys only');
  const secret = makeSecret();

  await page.goto('/sign-in');
  await expect(page.getByLabel(sessions.email, { exact: true })).toBeFocused();
  await page.keyboard.type(email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(overview.title);

  await test.step('add a key', async () => {
    await runCommand(page, words.page.title, shell.nav.keys);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(words.page.title);
    await expect(page.getByText(words.empty.title)).toBeVisible();
    await page.keyboard.press('n');
    const dialog = page.getByRole('dialog', { name: words.add.title });
    await expect(secretField(dialog)).toBeFocused();
    await expectVisibleFocus(page);
    // Two lines of a .env file say it all: whose key, and at which host.
    await fillClipboard(page, `OPENAI_API_KEY=${secret}\nOPENAI_BASE_URL=${fakeProviderUrl}/v1\n`);
    await page.keyboard.press('Control+V');
    await expect(dialog.getByPlaceholder(words.add.providerSearch)).toHaveValue('OpenAI');
    await expect(dialog.getByRole('status').getByText(words.status.valid, { exact: true })).toBeVisible();
    await tabTo(page, dialog.getByRole('button', { name: words.add.save, exact: true }));
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
  });

  const open = page.getByRole('button', { name: fill(words.row.open, { name: 'OpenAI' }) });
  await test.step('find it, copy its secret in its panel, and come back to its row', async () => {
    await expect(open).toBeVisible();
    await page.keyboard.press('/');
    await expect(page.getByRole('searchbox', { name: words.filter.search })).toBeFocused();
    await page.keyboard.type('open');
    await expect(page).toHaveURL(/q=open/);
    await tabTo(page, open);
    await page.keyboard.press('Enter');
    const panel = page.getByRole('dialog');
    await expect(panel.getByRole('heading', { name: words.history.title })).toBeVisible();
    await tabTo(page, copyButton(panel, 'OpenAI'));
    await page.keyboard.press('Enter');
    await expect(page.getByText(fill(shell.ui.copiedName, { name: 'OpenAI' }))).toBeVisible();
    expect(await readClipboard(page)).toBe(secret);
    await page.keyboard.press('Escape');
    await expect(panel).toBeHidden();
    await expect(open).toBeFocused();
    await expectVisibleFocus(page);
  });

  await test.step('go to the models and copy an id from the palette', async () => {
    await runCommand(page, models.page.title, shell.nav.models);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(models.page.title);
    await runCommand(page, MODEL_ID, MODEL_ID);
    await expect(page.getByText(fill(shell.ui.copiedName, { name: MODEL_ID }))).toBeVisible();
    expect(await readClipboard(page)).toBe(MODEL_ID);
  });
});

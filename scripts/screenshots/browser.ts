import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from '@playwright/test';

export const themes = ['light', 'dark'] as const;
export const locales = ['en', 'zh-CN'] as const;
export const widths = [1440, 390] as const;

export interface Look {
  theme: (typeof themes)[number];
  locale: (typeof locales)[number];
  width: (typeof widths)[number];
}

/** How a look is called in file names and on the command line: `dark.zh-CN.390`. */
export function nameOf({ theme, locale, width }: Look): string {
  return `${theme}.${locale}.${width}`;
}

export const looks: readonly Look[] = themes.flatMap((theme) =>
  locales.flatMap((locale) => widths.map((width) => ({ theme, locale, width }))),
);

/** The product that is looked at, and who looks. */
export interface Subject {
  url: string;
  email: string;
  password: string;
  /** The fake provider that answers tests of pasted keys. */
  fake: string;
}

/** Debian's Chromium, or the one that CHROMIUM_PATH names. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
}

type SessionState = Exclude<BrowserContextOptions['storageState'], string | undefined>;

/** Signs in once; the answer opens any number of contexts. */
export async function signIn(browser: Browser, { url, email, password }: Subject): Promise<SessionState> {
  const context = await browser.newContext({ baseURL: url });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL(({ pathname }) => pathname === '/');
  const state = await context.storageState();
  await context.close();
  return state;
}

/** A context in which everything is already as the look wants it, signed in when a session is given. */
export async function openContext(
  browser: Browser,
  { url }: Subject,
  { look, session }: { look: Look; session: SessionState | null },
): Promise<BrowserContext> {
  const { theme, locale, width } = look;
  const context = await browser.newContext({
    baseURL: url,
    viewport: width === 390 ? { width, height: 844 } : { width, height: 900 },
    locale,
    colorScheme: theme,
    reducedMotion: 'reduce',
    deviceScaleFactor: width === 390 ? 2 : 1,
    permissions: ['clipboard-read', 'clipboard-write'],
    ...(session === null ? {} : { storageState: session }),
  });
  await context.addInitScript(
    ([lang, scheme]) => {
      localStorage.setItem('akm.locale', lang);
      localStorage.setItem('mantine-color-scheme-value', scheme);
    },
    [locale, theme] as const,
  );
  // The account's own settings go before those of the device.
  if (session !== null)
    await context.request.put('/api/me', {
      data: { locale, theme },
      headers: { origin: url, 'sec-fetch-site': 'same-origin' },
    });
  return context;
}

/** Opens an address and waits until nothing more is loaded. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path, { waitUntil: 'networkidle' });
  await page.evaluate(() => document.fonts.ready);
}

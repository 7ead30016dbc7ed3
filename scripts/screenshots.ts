// Takes a picture of every page, in both themes, both languages and two widths, into screenshots/ (ignored by git), and
// reports what axe, the console and the content security policy have to say about each:
//   node scripts/screenshots.ts --url http://127.0.0.1:8000 --email demo@example.com --password ... [--only keys,models]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';

interface Shot {
  name: string;
  path: string;
  isPublic?: boolean;
  /** What to do before the picture, e.g. open a panel. */
  prepare?: (page: Page) => Promise<unknown>;
}

const shots: readonly Shot[] = [
  { name: 'sign-in', path: '/sign-in', isPublic: true },
  { name: 'register', path: '/register', isPublic: true },
  { name: 'terms', path: '/terms', isPublic: true },
  { name: 'overview', path: '/' },
  { name: 'keys', path: '/keys' },
  { name: 'keys-panel', path: '/keys', prepare: openFirstKey },
  { name: 'keys-add', path: '/keys?add=1' },
  { name: 'models', path: '/models' },
  { name: 'models-search', path: '/models?q=gpt' },
  { name: 'providers', path: '/providers' },
  { name: 'settings-profile', path: '/settings/profile' },
  { name: 'settings-security', path: '/settings/security' },
  { name: 'settings-appearance', path: '/settings/appearance' },
  { name: 'not-found', path: '/nothing-here' },
  { name: 'palette', path: '/', prepare: openPalette },
];

const themes = ['light', 'dark'] as const;
const locales = ['en', 'zh-CN'] as const;
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;

interface Look {
  theme: (typeof themes)[number];
  locale: (typeof locales)[number];
  size: (typeof sizes)[number];
}

const looks: readonly Look[] = themes.flatMap((theme) =>
  locales.flatMap((locale) => sizes.map((size) => ({ theme, locale, size }))),
);

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8000' },
    email: { type: 'string', default: 'demo@example.com' },
    password: { type: 'string', default: '' },
    out: { type: 'string', default: 'screenshots' },
    only: { type: 'string', default: '' },
  },
});

async function openFirstKey(page: Page): Promise<void> {
  const reply = await page.request.get(`${options.url}/api/keys?limit=1`);
  const { items }: { items: { id: string }[] } = await reply.json();
  const id = items[0]?.id;
  if (id !== undefined) await page.goto(`${options.url}/keys?key=${id}`, { waitUntil: 'networkidle' });
}

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('dialog').waitFor();
}

/** A browser context in which everything is already as the look wants it, signed in or not. */
async function open(browser: Browser, look: Look, isSignedIn: boolean): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: options.url,
    viewport: look.size,
    locale: look.locale,
    colorScheme: look.theme,
    reducedMotion: 'reduce',
    deviceScaleFactor: look.size.width < 500 ? 2 : 1,
  });
  await context.addInitScript(
    ([locale, theme]) => {
      localStorage.setItem('akm.locale', locale);
      localStorage.setItem('mantine-color-scheme-value', theme);
    },
    [look.locale, look.theme] as const,
  );
  if (!isSignedIn) return context;
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.locator('input[name=email]').fill(options.email);
  await page.locator('input[name=password]').fill(options.password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL((url) => url.pathname === '/');
  // The account's own settings go before those of the device.
  await page.evaluate(
    (body) =>
      fetch('/api/me', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    { locale: look.locale, theme: look.theme },
  );
  await page.close();
  return context;
}

/** What went wrong on one page, as lines for a person. */
async function problemsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  return [
    ...violations.flatMap(({ id, nodes }) => nodes.map((node) => `axe ${id}: ${node.target.join(' ')}`)),
    ...(overflow > 0 ? [`the page is ${overflow} px wider than the screen`] : []),
  ];
}

async function take(context: BrowserContext, shot: Shot, look: Look): Promise<string[]> {
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  await page.goto(shot.path, { waitUntil: 'networkidle' });
  await shot.prepare?.(page);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForLoadState('networkidle');
  const name = `${shot.name}.${look.theme}.${look.locale}.${look.size.width}.png`;
  await page.screenshot({ path: join(options.out, name), fullPage: shot.prepare === undefined });
  problems.push(...(await problemsOf(page)));
  await page.close();
  return problems.map((problem) => `${name}: ${problem}`);
}

mkdirSync(options.out, { recursive: true });
const wanted = options.only === '' ? shots : shots.filter(({ name }) => options.only.split(',').includes(name));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const problems: string[] = [];
for (const look of looks) {
  for (const isPublic of [true, false]) {
    const group = wanted.filter((shot) => (shot.isPublic ?? false) === isPublic);
    if (group.length === 0) continue;
    const context = await open(browser, look, !isPublic);
    for (const shot of group) problems.push(...(await take(context, shot, look)));
    await context.close();
  }
}
await browser.close();
for (const problem of problems) console.log(problem);
console.log(`${wanted.length * looks.length} pictures in ${options.out}/, ${problems.length} problems.`);
process.exitCode = problems.length === 0 ? 0 : 1;

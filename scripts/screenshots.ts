// Takes a picture of every page and state, in both themes, both languages and two widths, into screenshots/ (ignored by
// git), and reports what axe, the console and the content security policy have to say about each:
//   node scripts/screenshots.ts --url http://127.0.0.1:8000 --password ... --fake http://127.0.0.1:9099
//     [--only keys,models] [--looks dark.zh-CN.390] [--full] [--readme]
// The product has to run with the data of src/testing/seed.ts. --readme takes only the pictures of the README.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import AxeBuilder from '@axe-core/playwright';
import type { BrowserContext, Page } from '@playwright/test';
import { type Look, launch, looks, nameOf, openContext, type Subject, signIn, visit } from './screenshots/browser.ts';
import { takeReadmePictures } from './screenshots/readme.ts';
import { type View, views } from './screenshots/views.ts';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8000' },
    email: { type: 'string', default: 'demo@example.com' },
    password: { type: 'string', default: '' },
    fake: { type: 'string', default: 'http://127.0.0.1:9099' },
    out: { type: 'string', default: 'screenshots' },
    only: { type: 'string', default: '' },
    looks: { type: 'string', default: '' },
    full: { type: 'boolean', default: false },
    readme: { type: 'boolean', default: false },
  },
});

/** What went wrong on one page, as lines for a person. */
async function problemsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    // Tooltips stand outside of the landmarks, beside what they explain.
    .exclude('[role=tooltip]')
    .options({ rules: { 'label-content-name-mismatch': { enabled: true } } })
    .analyze();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  return [
    ...violations.flatMap(({ id, nodes }) => nodes.map((node) => `axe ${id}: ${node.target.join(' ')}`)),
    ...(overflow > 0 ? [`the page is ${overflow} px wider than the screen`] : []),
  ];
}

async function take(context: BrowserContext, { view, look }: { view: View; look: Look }): Promise<string[]> {
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (view.isFailing === true && message.text().startsWith('Failed to load resource')) return;
    if (message.type() === 'error' || message.type() === 'warning') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  const name = `${view.name}.${nameOf(look)}.png`;
  try {
    await visit(page, view.path);
    await view.prepare?.(page, options);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(options.out, name), fullPage: options.full && view.prepare === undefined });
    problems.push(...(await problemsOf(page)));
  } catch (error) {
    problems.push(`no picture: ${String(error)}`);
  }
  await page.close();
  return problems.map((problem) => `${name}: ${problem}`);
}

/** Whether a comma-separated option names it; an empty option names everything. */
function isWanted(list: string, name: string): boolean {
  return list === '' || list.split(',').includes(name);
}

async function takeAll(subject: Subject): Promise<void> {
  const browser = await launch();
  const wanted = views.filter(({ name }) => isWanted(options.only, name));
  const problems: string[] = [];
  let count = 0;
  const session = wanted.every(({ isPublic }) => isPublic) ? null : await signIn(browser, subject);
  for (const look of looks.filter((each) => isWanted(options.looks, nameOf(each)))) {
    for (const isPublic of [true, false]) {
      const group = wanted.filter((view) => (view.isPublic ?? false) === isPublic);
      if (group.length === 0) continue;
      const context = await openContext(browser, subject, { look, session: isPublic ? null : session });
      for (const view of group) problems.push(...(await take(context, { view, look })));
      count += group.length;
      await context.close();
    }
  }
  await browser.close();
  for (const problem of problems) console.log(problem);
  console.log(`${count} pictures in ${options.out}/, ${problems.length} problems.`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (options.readme) await takeReadmePictures(options);
else {
  mkdirSync(options.out, { recursive: true });
  await takeAll(options);
}

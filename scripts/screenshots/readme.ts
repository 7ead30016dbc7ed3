import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Look, launch, openContext, type Subject, signIn, visit } from './browser.ts';
import { pasteKey, type View } from './views.ts';

const DIRECTORY = 'docs/images';

type Picture = Omit<View, 'isPublic'> & { theme: Look['theme'] };

const pictures: readonly Picture[] = [
  { name: 'keys', theme: 'light', path: '/keys' },
  { name: 'models', theme: 'dark', path: '/models' },
  {
    name: 'add-key',
    theme: 'light',
    path: '/keys?add=1',
    prepare: (page, subject) => pasteKey(page, subject, 'valid'),
  },
];

/** The pictures of both READMEs, 1440 by 900, from a freshly seeded product; and the logo. */
export async function takeReadmePictures(subject: Subject): Promise<void> {
  mkdirSync(DIRECTORY, { recursive: true });
  const browser = await launch();
  const session = await signIn(browser, subject);
  for (const locale of ['en', 'zh-CN'] as const)
    for (const { name, theme, path, prepare } of pictures) {
      const context = await openContext(browser, subject, { look: { theme, locale, width: 1440 }, session });
      const page = await context.newPage();
      await visit(page, path);
      await prepare?.(page, subject);
      const file = join(DIRECTORY, `${name}-${theme}${locale === 'en' ? '' : '-zh'}.png`);
      await page.screenshot({ path: file });
      await context.close();
      console.log(`${file}: ${Math.round(statSync(file).size / 1024)} kB`);
    }
  await browser.close();
  writeFileSync(join(DIRECTORY, 'logo.svg'), readFileSync('src/web/public/favicon.svg'));
}

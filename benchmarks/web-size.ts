import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Row } from './table.ts';

const web = join(import.meta.dirname, '..', 'dist', 'web');
const FIRST_PAGE_KB_AIM = 250;

const gzipKb = (file: string): number => gzipSync(readFileSync(file), { level: 9 }).length / 1024;

/** JavaScript that the first page needs before it can show anything, and all that is shipped. */
export function measureWebSize(): Row[] {
  const page = readFileSync(join(web, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map((match) => join(web, match[1] ?? ''));
  const firstKb = [...new Set(named)].filter(existsSync).reduce((sum, file) => sum + gzipKb(file), 0);
  const all = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  const allKb = all.reduce((sum, file) => sum + gzipKb(join(web, file)), 0);
  return [
    {
      what: 'JavaScript of the first page (gzip)',
      figure: `${firstKb.toFixed(0)} kB`,
      against: `all ${all.length} files ${allKb.toFixed(0)} kB`,
      ratio: firstKb / allKb,
      aim: `< ${FIRST_PAGE_KB_AIM} kB`,
      isMet: firstKb < FIRST_PAGE_KB_AIM,
    },
  ];
}

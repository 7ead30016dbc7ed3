import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const reference = read('docs/reference/security.md');
const security = read('SECURITY.md');

/** `path`: "name", and further names of the same file after line breaks. */
const proofs = [...reference.matchAll(/`((?:src|e2e|scripts)\/[\w./-]+\.tsx?)`: "([^"]+)"/g)].map(
  ([, path = '', name = '']) => ({ path, name }),
);

describe('the security checklist', () => {
  it('names tests that are there', () => {
    expect(proofs.length).toBeGreaterThan(150);
    const missing = proofs.filter(({ path, name }) => !existsSync(`${root}${path}`) || !holds(read(path), name));
    expect(missing).toEqual([]);
  });

  /** As a whole between its quotes, so that a part of another name does not pass for it. */
  function holds(text: string, name: string): boolean {
    return [`'${name}'`, `"${name}"`, `\`${name}\``].some((quoted) => text.includes(quoted));
  }

  it('leaves no row without a word on how it stands', () => {
    const rows = reference.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
    for (const row of rows) expect(row.split(' | ')).not.toContain('');
    const incidents = rows.map((row) => Number(/^\| (\d+) \|/.exec(row)?.[1])).filter((number) => number > 0);
    expect(incidents.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 42 }, (_, index) => index + 1));
  });

  it('the inventory of cryptography names every file that uses it, and no other', () => {
    const [, inventory = ''] = reference.split('## Where cryptography is');
    const named = [...inventory.matchAll(/^\| `(src\/[^`]+)` \|/gm)].map(([, path = '']) => path);
    const using = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
      .map((path) => `src/${path}`)
      .filter((path) => /\.tsx?$/.test(path) && !path.includes('.test.') && !path.startsWith('src/testing/'))
      .filter((path) => /from '(?:node:crypto|jose|openid-client|@passwordless-id\/webauthn)'/.test(read(path)));
    expect(using.length).toBeGreaterThan(20);
    expect(using.filter((path) => !named.some((name) => path === name || isIn(path, name)))).toEqual([]);
    expect(named.filter((name) => !using.some((path) => path === name || isIn(path, name)))).toEqual([]);
  });
  const isIn = (path: string, folder: string): boolean => folder.endsWith('/') && path.startsWith(folder);
});

describe('SECURITY.md', () => {
  it('SECURITY.md tells every limit on guessing with the figures of the code', () => {
    const code = [...read('src/server/throttle.ts').matchAll(/points: (\d+), durationSeconds: ([\d* ]+)/g)].map(
      ([, points = '', seconds = '']) => `${points} in ${inWords(seconds)}`,
    );
    const [, section = ''] = security.split('## Limits on guessing');
    const told = [...section.matchAll(/^\| [^|]+ \| (\d+ in [^|]+) \|$/gm)].map(([, figures = '']) => figures);
    expect(code.length).toBeGreaterThan(10);
    expect(told.toSorted()).toEqual(code.toSorted());
  });

  /** `15 * 60` is 15 minutes. */
  function inWords(product: string): string {
    const seconds = product.split('*').reduce((all, factor) => all * Number(factor), 1);
    if (seconds === 60) return 'a minute';
    return seconds === 3600 ? 'an hour' : `${seconds / 60} minutes`;
  }

  it('SECURITY.md says plainly that the server can decrypt', () => {
    expect(security).toContain('The server can decrypt your keys.');
    expect(security).toMatch(/not call this "zero\s+knowledge"/);
  });
});

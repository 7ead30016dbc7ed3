import { randomBytes } from 'node:crypto';
import { createClient } from '../src/contract/client.ts';
import type { OperationReply } from '../src/contract/operation.ts';
import type { Operations } from '../src/contract/operations.ts';
import { startProduct } from './product.ts';
import { median, percentile, type Row } from './table.ts';

const KEYS = 10_000;
const PARALLEL = 8;
const PAGE = 50;
const PAGE_MS_AIM = 20;

type KeyPage = OperationReply<Operations['GET /api/keys']>;

/** A workspace with 10,000 keys read page by page, against the same number of calls that read no key. */
export async function measureKeyList(): Promise<Row[]> {
  const product = await startProduct();
  const password = randomBytes(16).toString('base64url');
  const email = 'bench@example.com';
  let token = '';
  const api = createClient({
    baseUrl: product.url,
    headers: () => (token === '' ? {} : { authorization: `Bearer ${token}` }),
  });
  await api('POST /api/register', { body: { email, password } });
  token = (await api('POST /api/login', { body: { email, password } })).access_token;

  const insertStart = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      while (next < KEYS) {
        const number = next;
        next += 1;
        const secret = `sk-${randomBytes(24).toString('hex')}`;
        const tags = [`team-${number % 20}`, number % 2 === 0 ? 'prod' : 'test'];
        await api('POST /api/keys', { body: { provider: 'openai', name: `Key ${number}`, secret, tags } });
      }
    }),
  );
  const insertsPerSecond = KEYS / ((performance.now() - insertStart) / 1000);

  token = (await api('POST /api/login', { body: { email, password } })).access_token;
  const pageMs: number[] = [];
  const emptyMs: number[] = [];
  let cursor: string | null = null;
  let seen = 0;
  do {
    const start = performance.now();
    const page: KeyPage = await api('GET /api/keys', {
      query: { limit: PAGE, ...(cursor === null ? {} : { cursor }) },
    });
    pageMs.push(performance.now() - start);
    const emptyStart = performance.now();
    await api('GET /api/me');
    emptyMs.push(performance.now() - emptyStart);
    seen += page.items.length;
    cursor = page.nextCursor;
  } while (cursor !== null);
  if (seen !== KEYS) throw new Error(`${seen} of ${KEYS} keys were listed`);

  const searchMs: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    const start = performance.now();
    await api('GET /api/keys', { query: { q: `Key ${round * 499}`, limit: PAGE } });
    searchMs.push(performance.now() - start);
  }
  await product.stop();
  const against = `GET /api/me ${median(emptyMs).toFixed(1)} ms`;
  const row = (what: string, figures: number[], value: number): Row => ({
    what,
    figure: `${value.toFixed(1)} ms (p99 ${percentile(figures, 99).toFixed(1)})`,
    against,
    ratio: value / median(emptyMs),
    aim: `< ${PAGE_MS_AIM} ms`,
    isMet: value < PAGE_MS_AIM,
  });
  return [
    { what: `keys stored one by one, ${PARALLEL} at a time`, figure: `${insertsPerSecond.toFixed(0)}/s` },
    row(`a page of ${PAGE} among ${KEYS} keys`, pageMs, median(pageMs)),
    row(`a search among ${KEYS} keys`, searchMs, median(searchMs)),
  ];
}

import type { Handler, WorkspaceContext } from '../context.ts';
import type { EventPlace, EventQuestion } from './event-question.ts';
import { csvHeader } from './usage-csv.ts';
import { usageScopeOf } from './usage-scope.ts';
import { logSpan } from './usage-span.ts';

const ROWS_MAX = 1_000_000;
const PAGE_ROWS = 1000;

/**
 * The log as CSV, a page in memory at a time. It ends with what there is when it is asked for: calls that come while it
 * is read are not in it. The first page is read before the reply begins, so that a failure is told as such.
 */
export const exportUsage: Handler<'GET /api/usage/export'> = async (context, { query }) => {
  const { from: _from, to: _to, ...filter } = query;
  const span = logSpan(query, context.nowMs);
  const question = { scope: await usageScopeOf(context), filter, ...span, toMs: span.toMs ?? context.nowMs + 1 };
  return writeCsv(context, question, await readPage(context, { ...question, after: null }, ROWS_MAX));
};

type CsvPage = Awaited<ReturnType<typeof readPage>>;

async function* writeCsv(
  context: WorkspaceContext,
  question: Omit<EventQuestion, 'after'>,
  first: CsvPage,
): AsyncIterable<string> {
  yield csvHeader + first.csv;
  let left = ROWS_MAX - first.rows;
  let after: EventPlace | null = first.next;
  while (after !== null && left > 0) {
    const page: CsvPage = await readPage(context, { ...question, after }, left);
    if (page.rows > 0) yield page.csv;
    left -= page.rows;
    after = page.next;
  }
}

function readPage({ services }: WorkspaceContext, question: EventQuestion, rowsMax: number) {
  return services.usage.ask('csv', { ...question, limit: Math.min(PAGE_ROWS, rowsMax) });
}

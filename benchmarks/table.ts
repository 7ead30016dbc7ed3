export interface Row {
  what: string;
  figure: string;
  /** The same figure of something else, measured in the same run on the same machine. */
  against?: string;
  ratio?: number;
  aim?: string;
  isMet?: boolean;
}

/** Prints rows as an aligned table. */
export function printTable(title: string, rows: readonly Row[]): void {
  const cells = rows.map((row) => [
    row.what,
    row.figure,
    row.against ?? '',
    row.ratio === undefined ? '' : `${row.ratio.toFixed(2)}x`,
    row.aim === undefined ? '' : `${row.aim}${row.isMet === undefined ? '' : row.isMet ? ' (met)' : ' (MISSED)'}`,
  ]);
  const table = [['what', 'figure', 'against', 'ratio', 'aim'], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  console.log(`\n${title}`);
  for (const row of table)
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

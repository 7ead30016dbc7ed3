export interface AliasRow {
  /** Tells the rows apart while they are edited. */
  id: number;
  alias: string;
  model: string;
}

export type AliasProblem = 'alias' | 'model' | 'twice';

/** The rows that hold anything, as the server wants them. */
export function itemsOf(rows: readonly AliasRow[]): { alias: string; model: string }[] {
  return rows
    .map(({ alias, model }) => ({ alias: alias.trim(), model: model.trim() }))
    .filter(({ alias, model }) => alias !== '' || model !== '');
}

/** What is wrong with a row, or null. A row that is empty as a whole is simply not saved. */
export function problemOf(row: AliasRow, rows: readonly AliasRow[]): AliasProblem | null {
  const alias = row.alias.trim();
  const model = row.model.trim();
  if (alias === '' && model === '') return null;
  if (alias === '') return 'alias';
  if (model === '') return 'model';
  return rows.some((other) => other.id !== row.id && other.alias.trim() === alias) ? 'twice' : null;
}

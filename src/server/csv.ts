/** Lines end as RFC 4180 says. There is no byte order mark: a program that needs none would read it as a name. */
const LINE_END = '\r\n';

type Cell = string | number | boolean | null;

/** One line of CSV. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(toCell).join(',')}${LINE_END}`;
}

function toCell(value: Cell): string {
  if (value === null) return '';
  return typeof value === 'string' ? quote(defuse(value)) : String(value);
}

/** Spreadsheets run a cell that begins so as a formula, and names and texts come from outside. See OWASP, CSV injection. */
function defuse(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text of a named field at the moment of sending. Passwords are read here and never kept in component state. */
export function readField(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === 'string' ? value : '';
}

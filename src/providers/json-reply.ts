/** The JSON value of a body, or undefined if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const namesByPath = new Map<string, readonly string[]>();

/** The names of a dotted path. Paths are facts written in these files, so there are few and they are kept. */
export function namesOf(path: string): readonly string[] {
  const known = namesByPath.get(path);
  if (known !== undefined) return known;
  const names = path.split('.');
  namesByPath.set(path, names);
  return names;
}

/** The value at a dotted path of own properties, or undefined. */
export function readPath(value: unknown, path: string): unknown {
  let current = value;
  for (const name of namesOf(path)) {
    if (!isRecord(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}

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
  const names = namesOf(path);
  let current = value;
  for (let index = 0; index < names.length && current !== undefined; index += 1)
    current = ownValue(current, names[index] ?? '');
  return current;
}

/** A member that is the object's own, or undefined. Most that are asked for are not there, which is seen at once. */
export function ownValue(value: unknown, name: string): unknown {
  if (!isRecord(value)) return undefined;
  const found = value[name];
  return found !== undefined && Object.hasOwn(value, name) ? found : undefined;
}

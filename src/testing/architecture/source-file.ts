import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type ESTree, parseSync } from 'vite';

/** What the rules look at in one source file. */
export interface SourceFile {
  /** From the root of the repository, with `/`: `src/server/main.ts`. */
  path: string;
  imports: SourceImport[];
  /** Dotted names that the code reads or calls: `process.env`, `secret.reveal`, `fetch`. */
  names: Set<string>;
  /** The last part of every property that is read or written: `innerHTML`. */
  properties: Set<string>;
  /** Tags of template literals: the `sql` of sql`...`. */
  templateTags: Set<string>;
  /** Every string and every fixed piece of a template, for rules about text. */
  texts: string[];
}

export interface SourceImport {
  /** A path from the root (`src/server/secret.ts`) or a package (`zod`, `node:crypto`). */
  target: string;
  typeOnly: boolean;
  /** Imported names; `*` for a whole module, `default` for its default export. */
  names: string[];
}

const rootDirectory = join(import.meta.dirname, '../../..');

/** All TypeScript of src/, parsed. Throws when a file does not parse. */
export function readSources(): SourceFile[] {
  return readdirSync(join(rootDirectory, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => `src/${name.replaceAll('\\', '/')}`)
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(rootDirectory, path), 'utf8')));
}

/** Parses one file; `path` decides the language and resolves relative imports. */
export function parseSource(path: string, code: string): SourceFile {
  const { program, module, errors } = parseSync(path, code);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const file: SourceFile = {
    path,
    imports: module.staticImports.map((statement) => ({
      target: resolve(path, statement.moduleRequest.value),
      typeOnly: statement.entries.length > 0 && statement.entries.every((entry) => entry.isType),
      names: statement.entries.filter((entry) => !entry.isType).map(importedName),
    })),
    names: new Set(),
    properties: new Set(),
    templateTags: new Set(),
    texts: [],
  };
  for (const statement of module.staticExports) {
    for (const entry of statement.entries) {
      if (!entry.moduleRequest) continue;
      const target = resolve(path, entry.moduleRequest.value);
      file.imports.push({ target, typeOnly: entry.isType, names: ['*'] });
    }
  }
  forEachNode(program, (node) => readNode(node, file));
  return file;
}

function readNode(node: ESTree.Node, file: SourceFile): void {
  switch (node.type) {
    case 'ImportExpression': {
      const target = node.source.type === 'Literal' ? resolve(file.path, String(node.source.value)) : '(computed)';
      file.imports.push({ target, typeOnly: false, names: ['*'] });
      break;
    }
    case 'MemberExpression': {
      const property = propertyName(node);
      if (property === undefined) break;
      file.properties.add(property);
      file.names.add(`${objectName(node.object)}.${property}`);
      break;
    }
    case 'JSXAttribute':
      if (node.name.type === 'JSXIdentifier') file.properties.add(node.name.name);
      break;
    case 'CallExpression':
    case 'NewExpression':
      if (node.callee.type === 'Identifier') file.names.add(node.callee.name);
      break;
    case 'VariableDeclarator':
      readDestructuring(node, file);
      break;
    case 'TaggedTemplateExpression':
      if (node.tag.type === 'Identifier') file.templateTags.add(node.tag.name);
      break;
    case 'Literal':
      if (typeof node.value === 'string') file.texts.push(node.value);
      break;
    case 'TemplateElement':
      file.texts.push(node.value.raw);
      break;
  }
}

/** `const { env } = process` reads `process.env` as surely as the dotted form does. */
function readDestructuring({ id, init }: ESTree.VariableDeclarator, file: SourceFile): void {
  if (id.type !== 'ObjectPattern' || init?.type !== 'Identifier') return;
  for (const property of id.properties) {
    if (property.type !== 'Property' || property.key.type !== 'Identifier') continue;
    file.names.add(`${init.name}.${property.key.name}`);
    file.properties.add(property.key.name);
  }
}

function forEachNode(value: unknown, visit: (node: ESTree.Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) forEachNode(item, visit);
  } else if (isNode(value)) {
    visit(value);
    for (const child of Object.values(value)) forEachNode(child, visit);
  }
}

function isNode(value: unknown): value is ESTree.Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function importedName(entry: { importName: { kind: string; name: string | null } }): string {
  if (entry.importName.kind === 'NamespaceObject') return '*';
  return entry.importName.name ?? 'default';
}

function propertyName(node: { computed: boolean; property: { type: string } }): string | undefined {
  const { property } = node;
  if ('name' in property && typeof property.name === 'string' && !node.computed) return property.name;
  if ('value' in property && typeof property.value === 'string') return property.value;
  return undefined;
}

function objectName(object: { type: string }): string {
  return 'name' in object && typeof object.name === 'string' ? object.name : '(expression)';
}

function resolve(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

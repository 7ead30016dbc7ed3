import type { JsonObject } from './answer.ts';

export interface FakeToolCall {
  /** Counts from 0 within the answer. */
  readonly position: number;
  readonly name: string;
  readonly input: JsonObject;
  /** The input as JSON, in pieces as a stream sends it. */
  readonly pieces: readonly string[];
}

const PIECE_CHARACTERS = 6;
const DEPTH_MAX = 8;

interface OfferedTool {
  readonly name: string;
  readonly schema: unknown;
}

/**
 * The calls that a model makes when it is offered tools, in any dialect: each tool in turn, with input that fits its
 * schema. None where the request holds a tool's result already, or forbids calls.
 */
export function toolCallsFor(body: JsonObject, count: number): FakeToolCall[] {
  const tools = count > 0 ? offeredTools(body) : [];
  if (tools.length === 0 || holdsToolResult(body) || isForbidden(body)) return [];
  return Array.from({ length: isSerial(body) ? 1 : count }, (_value, position) => {
    const tool = tools[position % tools.length];
    const input = exampleObject(tool?.schema, 0);
    return { position, name: tool?.name ?? '', input, pieces: piecesOf(JSON.stringify(input)) };
  });
}

/** The input of a call as one text. */
export function argumentsOf(call: FakeToolCall): string {
  return call.pieces.join('');
}

function offeredTools(body: JsonObject): OfferedTool[] {
  return listOf(body.tools)
    .flatMap((tool) => {
      const declarations = field(tool, 'functionDeclarations') ?? field(tool, 'function_declarations');
      return declarations === undefined ? [field(tool, 'function') ?? tool] : listOf(declarations);
    })
    .flatMap((tool) => {
      const name = field(tool, 'name');
      const schemas = ['parameters', 'input_schema', 'parametersJsonSchema'].map((place) => field(tool, place));
      const schema = schemas.find((one) => one !== undefined);
      // Tools that the provider runs itself have a type of their own and no schema.
      return typeof name === 'string' && schema !== undefined ? [{ name, schema }] : [];
    });
}

function holdsToolResult(body: JsonObject): boolean {
  const inMessages = listOf(body.messages).some(
    (message) =>
      field(message, 'role') === 'tool' ||
      listOf(field(message, 'content')).some((part) => field(part, 'type') === 'tool_result'),
  );
  const inInput = listOf(body.input).some((item) => field(item, 'type') === 'function_call_output');
  const inContents = listOf(body.contents).some((content) =>
    listOf(field(content, 'parts')).some((part) => field(part, 'functionResponse') !== undefined),
  );
  return inMessages || inInput || inContents;
}

function isForbidden(body: JsonObject): boolean {
  const choice = body.tool_choice;
  const gemini = field(field(body.toolConfig, 'functionCallingConfig'), 'mode');
  return choice === 'none' || field(choice, 'type') === 'none' || gemini === 'NONE';
}

function isSerial(body: JsonObject): boolean {
  return body.parallel_tool_calls === false || field(body.tool_choice, 'disable_parallel_tool_use') === true;
}

function exampleObject(schema: unknown, depth: number): Record<string, unknown> {
  const properties = field(schema, 'properties');
  if (typeof properties !== 'object' || properties === null || depth > DEPTH_MAX) return {};
  return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, exampleOf(one, depth + 1)]));
}

/** A value that fits a JSON Schema, or Gemini's dialect of it with types in capitals. */
function exampleOf(schema: unknown, depth: number): unknown {
  const allowed = listOf(field(schema, 'enum'));
  if (allowed.length > 0) return allowed[0];
  const type = field(schema, 'type');
  switch (String(Array.isArray(type) ? type[0] : type).toLowerCase()) {
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return [];
    case 'object':
      return exampleObject(schema, depth);
    default:
      return 'Paris 巴黎';
  }
}

function piecesOf(text: string): string[] {
  // Of whole code points: a delta is text of its own.
  return text.match(new RegExp(`.{1,${PIECE_CHARACTERS}}`, 'gsu')) ?? [];
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

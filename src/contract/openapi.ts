import { z } from 'zod';
import { type ErrorCode, errors } from './errors.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';

/** Refusals that any call can meet; they are described once. */
const commonErrors: readonly ErrorCode[] = ['invalid_request', 'internal', 'unavailable'];

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 description of the whole contract, ready to be written as JSON. */
export function renderOpenApi(): Json {
  const schemas = new Map<string, Json>();
  const paths: Record<string, Json> = {};
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    const [method = '', path = ''] = name.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeOperation(name, operation, schemas) };
  }
  schemas.set('Error', errorSchema());
  return {
    openapi: '3.1.0',
    info: {
      title: 'API Key Manager',
      version: '1',
      description: 'Secure storage, one-click configuration and central management of LLM provider keys.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(Object.values<Operation>(operations).map((operation) => operation.noun))].map((tag) => ({
      name: tag,
    })),
    security: [{ bearer: [] }, { session: [] }],
    paths,
    components: {
      schemas: Object.fromEntries([...schemas].sort(([a], [b]) => a.localeCompare(b))),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The access_token of POST /api/login.' },
        session: { type: 'apiKey', in: 'cookie', name: 'akm_session', description: 'Set by POST /api/login.' },
      },
    },
  };
}

function describeOperation(name: string, operation: Operation, schemas: Map<string, Json>): Json {
  const { permission } = operation;
  return {
    operationId: operationId(name),
    tags: [operation.noun],
    summary: operation.summary,
    description: [
      permission === 'public' ? 'Open to everybody.' : `Permission: \`${permission}\`.`,
      operation.freshSignIn ? 'Needs a sign-in or a confirmed password not older than ten minutes.' : '',
    ]
      .filter(Boolean)
      .join(' '),
    ...(permission === 'public' ? { security: [] } : {}),
    parameters: [
      ...parameters('path', operation.params, schemas),
      ...parameters('query', operation.query, schemas),
      ...(permission === 'public' || permission === 'account' ? [] : [workspaceHeader]),
    ],
    ...(operation.body === undefined
      ? {}
      : { requestBody: { required: true, content: json(schemaOf(operation.body, 'input', schemas)) } }),
    responses: {
      [operation.status]: {
        description: operation.output === undefined && operation.stream === undefined ? 'Done.' : 'OK.',
        ...(operation.output === undefined ? {} : { content: json(schemaOf(operation.output, 'output', schemas)) }),
        ...(operation.stream === undefined ? {} : { content: { [operation.stream]: { schema: { type: 'string' } } } }),
      },
      ...refusals(operation),
    },
  };
}

const workspaceHeader = {
  name: 'X-Workspace-Id',
  in: 'header',
  required: false,
  description: 'The workspace to act in; the personal one when absent.',
  schema: { type: 'string' },
};

function operationId(name: string): string {
  return name
    .replace(/[{}]/g, '')
    .split(/[^A-Za-z]+/)
    .filter((word) => word !== '' && word !== 'api')
    .map((word, index) => (index === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('');
}

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}

/** A zod type as JSON Schema; types with an id move to components and are referred to. */
function schemaOf(type: z.ZodType, io: 'input' | 'output', schemas: Map<string, Json>): Json {
  const {
    $schema: _,
    $defs,
    ...schema
  }: Json = z.toJSONSchema(type, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  for (const [id, definition] of Object.entries($defs ?? {})) schemas.set(id, pointAtComponents(definition));
  if (typeof schema.id !== 'string') return pointAtComponents(schema);
  schemas.set(schema.id, pointAtComponents(schema));
  return { $ref: `#/components/schemas/${schema.id}` };
}

function pointAtComponents(schema: object): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'), (field, value) =>
    field === 'id' && typeof value === 'string' ? undefined : value,
  );
}

function parameters(place: 'path' | 'query', type: z.ZodType | undefined, schemas: Map<string, Json>): Json[] {
  if (type === undefined) return [];
  const { properties = {}, required = [] } = z
    .object({
      properties: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
      required: z.array(z.string()).optional(),
    })
    .parse(schemaOf(type, 'input', schemas));
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema,
  }));
}

function refusals(operation: Operation): Json {
  const codes = new Set<ErrorCode>([...(operation.errors ?? []), ...commonErrors]);
  if (operation.permission !== 'public') codes.add('not_signed_in');
  if (operation.permission !== 'public' && operation.permission !== 'account') codes.add('forbidden');
  if (operation.params !== undefined) codes.add('not_found');
  if (operation.params ?? operation.query ?? operation.body) codes.add('invalid_input');
  if (operation.body !== undefined) codes.add('malformed_json').add('body_too_large').add('unsupported_media_type');
  if (operation.freshSignIn) codes.add('fresh_sign_in_needed');
  const byStatus = Object.groupBy([...codes].sort(), (code) => String(errors[code].status));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group = []]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${errors[code].message}`).join('\n\n'),
        content: json({ $ref: '#/components/schemas/Error' }),
      },
    ]),
  );
}

function errorSchema(): Json {
  return {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message'],
        properties: { code: { type: 'string', enum: Object.keys(errors) }, message: { type: 'string' }, details: {} },
      },
    },
  };
}

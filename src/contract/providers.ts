import { z } from 'zod';
import { BaseUrl, Dialect, line, text } from './fields.ts';
import { CustomProviderId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';

export const ProviderSummary = z
  .object({
    id: z.string(),
    name: z.string(),
    nameZh: z.string(),
    /** null: the person gives the host of their own resource. */
    baseUrl: z.string().nullable(),
    baseUrlExample: z.string().nullable(),
    region: z.string(),
    consoleUrl: z.string().nullable(),
    docsUrl: z.string().nullable(),
    keyPrefix: z.string().nullable(),
    /** The first is the main one, whose address a key's base URL replaces. */
    dialects: z.array(Dialect),
    /** The same vendor's other regions, which have accounts and keys of their own. */
    siblings: z.array(z.string()),
    hasBalance: z.boolean(),
    /** A server that may run without any key, such as one on this computer. */
    isKeyOptional: z.boolean(),
    models: z.number().int(),
    isCustom: z.boolean(),
  })
  .meta({ id: 'Provider' });

export const CustomProvider = z
  .object({
    id: CustomProviderId,
    name: z.string(),
    baseUrl: z.string(),
    dialects: z.array(Dialect),
    note: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'CustomProvider' });

const params = z.strictObject({ id: CustomProviderId });
const body = z.strictObject({
  name: line(80),
  baseUrl: BaseUrl,
  dialects: z.array(Dialect).min(1).max(4),
  note: text(2000).optional(),
});

export const providerOperations = {
  'GET /api/keys/providers': {
    noun: 'providers',
    summary: 'Every provider a key can belong to: the presets and the custom ones of the workspace.',
    permission: 'workspace:read',
    status: 200,
    output: z.object({ items: z.array(ProviderSummary), nextCursor: z.null() }),
  },
  'GET /api/custom-providers': {
    noun: 'custom-providers',
    summary: 'The custom providers of the workspace.',
    permission: 'workspace:read',
    status: 200,
    output: z.object({ items: z.array(CustomProvider), nextCursor: z.null() }),
  },
  'POST /api/custom-providers': {
    noun: 'custom-providers',
    summary: 'Save a provider of your own, to be reused for several keys.',
    permission: 'custom-provider:edit',
    status: 201,
    body,
    output: CustomProvider,
    errors: ['base_url_refused', 'too_many_objects'],
  },
  'PUT /api/custom-providers/{id}': {
    noun: 'custom-providers',
    summary: 'Change a custom provider. Its host is fixed as long as keys use it.',
    permission: 'custom-provider:edit',
    status: 200,
    params,
    body: body.partial(),
    output: CustomProvider,
    errors: ['base_url_refused', 'custom_provider_in_use'],
  },
  'DELETE /api/custom-providers/{id}': {
    noun: 'custom-providers',
    summary: 'Delete a custom provider that no key uses.',
    permission: 'custom-provider:edit',
    status: 204,
    params,
    errors: ['custom_provider_in_use'],
  },
} as const satisfies Record<OperationName, Operation>;

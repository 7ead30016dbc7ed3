import { z } from 'zod';
import { Key, KeyEvent } from './credentials.ts';
import { Time } from './fields.ts';
import type { Operation, OperationName } from './operation.ts';
import { credentialStatuses, signUpModes } from './vocabulary.ts';

export const instanceOperations = {
  'GET /api/health': {
    noun: 'instance',
    summary: 'Whether the server is ready to serve. A 503 tells in its details which check failed: database or vault.',
    permission: 'public',
    status: 200,
    output: z.object({
      status: z.literal('ok'),
      version: z.string(),
      time: Time,
      checks: z.object({ database: z.literal('ok'), vault: z.literal('ok') }),
    }),
    errors: ['unavailable'],
  },
  'GET /api/instance': {
    noun: 'instance',
    summary: 'What the sign-in pages need to know before anybody is signed in.',
    permission: 'public',
    status: 200,
    output: z.object({
      version: z.string(),
      signUp: z.enum(signUpModes),
      needsFirstAccount: z.boolean(),
      needsSetupToken: z.boolean(),
      passwordLengthMin: z.number().int(),
      /** What administrators call this instance, in place of the product's name. */
      name: z.string().nullable(),
      /** Plain text for the sign-in page. */
      signInNote: z.string().nullable(),
      /** Whether the server can mail links: for a forgotten password, or to invite. */
      mailIsSetUp: z.boolean(),
      /** Signing in through an organisation; `name` is for the button. */
      sso: z.object({ name: z.string() }).nullable(),
    }),
  },
  'GET /api/overview': {
    noun: 'instance',
    summary: 'The workspace at a glance: keys by status, what expires soon, what happened last.',
    permission: 'credential:see',
    status: 200,
    output: z.object({
      keys: z.object({
        total: z.number().int(),
        byStatus: z.partialRecord(z.enum(credentialStatuses), z.number().int()),
      }),
      providersUsed: z.number().int(),
      modelsKnown: z.number().int(),
      needAttention: z.array(Key).max(10),
      recentKeys: z.array(Key).max(5),
      recentEvents: z.array(KeyEvent.extend({ target: z.string().nullable() })).max(10),
    }),
  },
} as const satisfies Record<OperationName, Operation>;

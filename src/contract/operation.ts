import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import type { OperationPermission } from './permissions.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type OperationName = `${Method} /${string}`;

/** One API call as outsiders see it. Its name in the table is `METHOD /path`, with `{param}` for path parameters. */
export interface Operation {
  readonly noun: string;
  readonly summary: string;
  readonly permission: OperationPermission;
  readonly status: 200 | 201 | 204;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Absent for a 204. */
  readonly output?: z.ZodType;
  /** The media type of a reply that is text and sent in parts; in place of `output`. */
  readonly stream?: string;
  /** Codes beyond those that any call can give (see `commonErrors` in openapi.ts). */
  readonly errors?: readonly ErrorCode[];
  /** The caller must have proved who they are within the last ten minutes. */
  readonly freshSignIn?: boolean;
  /** Longest body in bytes; the server's default applies when absent. */
  readonly bodyBytesMax?: number;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Sent<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;

/** What a handler receives, after parsing. */
export interface OperationInput<O extends Operation> {
  params: Parsed<O['params']>;
  query: Parsed<O['query']>;
  body: Parsed<O['body']>;
}

/** What a handler gives back. */
export type OperationResult<O extends Operation> = O['output'] extends z.ZodType
  ? z.input<O['output']>
  : O['stream'] extends string
    ? AsyncIterable<string>
    : undefined;

type Part<Name extends string, Schema> = Schema extends z.ZodType
  ? Record<never, never> extends Sent<Schema>
    ? { [K in Name]?: Sent<Schema> }
    : { [K in Name]: Sent<Schema> }
  : unknown;

/** What a client sends. */
export type OperationRequest<O extends Operation> = Part<'params', O['params']> &
  Part<'query', O['query']> &
  Part<'body', O['body']>;

/** What a client receives. */
export type OperationReply<O extends Operation> = O['output'] extends z.ZodType
  ? z.output<O['output']>
  : O['stream'] extends string
    ? string
    : undefined;

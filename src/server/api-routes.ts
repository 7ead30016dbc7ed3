import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Operation } from '../contract/operation.ts';
import { operations } from '../contract/operations.ts';
import { isAllowed } from '../contract/permissions.ts';
import { createRefusalNotes } from './audit-events/note-refusal.ts';
import type { Config } from './config.ts';
import type { AccountContext, ActorContext, CallContext, WorkspaceContext } from './context.ts';
import { handlers } from './handlers.ts';
import { AppError } from './http-errors.ts';
import { refuseCrossSite, refuseNavigation } from './request-guards.ts';
import { findServiceCaller } from './service-accounts/find-service-caller.ts';
import { isServiceToken } from './service-accounts/service-token-secret.ts';
import type { Services } from './services.ts';
import { clearCookie, readCookie, sessionCookie } from './sessions/session-cookie.ts';
import { findCaller, freshUntil, personActor } from './sessions/sessions.ts';
import { browserCookie, readBrowserCookie } from './sso/browser-cookie.ts';
import { findServiceWorkspace, findWorkspace } from './workspaces/workspaces.ts';

const USER_AGENT_MAX = 300;

type AnyHandler = (context: CallContext, input: unknown) => Promise<unknown>;
type Place = 'params' | 'query' | 'body';

/** Makes one route of every operation of the contract, and 405 for the other methods of its paths. */
export function addApiRoutes(app: FastifyInstance, services: Services): void {
  const methodsByPath = new Map<string, string[]>();
  const refusals = createRefusalNotes();
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    const [method = '', template = ''] = name.split(' ');
    const url = template.replace(/\{(\w+)\}/g, ':$1');
    methodsByPath.set(url, [...(methodsByPath.get(url) ?? []), method]);
    const handler = findHandler(name);
    app.route({
      method,
      url,
      ...(operation.bodyBytesMax === undefined ? {} : { bodyLimit: operation.bodyBytesMax }),
      handler: (request, reply) => answer({ name, refusals, services, operation, handler, request, reply }),
    });
  }
  for (const [url, methods] of methodsByPath) {
    const others = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'].filter((method) => !methods.includes(method));
    app.route({
      method: others,
      url,
      handler: async (_request, reply) => {
        reply.header('allow', methods.join(', '));
        throw new AppError('method_not_allowed');
      },
    });
  }
}

/** The table is complete by its type; here its functions are only called through one shape. */
function findHandler(name: string): AnyHandler {
  const table: Readonly<Record<string, unknown>> = handlers;
  const handler = table[name];
  if (typeof handler !== 'function') throw new Error(`no handler answers ${name}`);
  return (context, input) => handler(context, input);
}

interface Call {
  name: string;
  refusals: ReturnType<typeof createRefusalNotes>;
  services: Services;
  operation: Operation;
  handler: AnyHandler;
  request: FastifyRequest;
  reply: FastifyReply;
}

async function answer(call: Call): Promise<FastifyReply> {
  const { services, operation, request, reply } = call;
  reply.header('cache-control', 'no-store');
  // What everybody may read, a person may also look at in the address bar: it holds nothing of anybody's.
  if (operation.permission !== 'public') refuseNavigation(request);
  refuseCrossSite(services.config, request);
  const context = await identify(call);
  const result = await announced(call, context, () => runHandler(call, context)).catch(async (error: unknown) => {
    if (error instanceof AppError && 'actor' in context) await noteRefusal(call, context, error);
    throw error;
  });
  if (operation.stream !== undefined) return sendInParts(call, operation.stream, result);
  if (operation.output === undefined) return reply.status(operation.status).send();
  // Parsing what leaves drops every field that the contract does not name.
  return reply.status(operation.status).send(operation.output.parse(result));
}

type AnyContext = CallContext | AccountContext | ActorContext | WorkspaceContext;

async function runHandler({ operation, handler, request }: Call, context: AnyContext): Promise<unknown> {
  refuseUnpermitted(operation, context);
  const input = {
    params: parsePart(operation, 'params', request.params),
    query: parsePart(operation, 'query', request.query),
    body: parsePart(operation, 'body', request.body),
  };
  return handler(context, input);
}

/** The trail tells of refusals too; one that cannot be written down is still a refusal. */
async function noteRefusal(call: Call, context: AccountContext | ActorContext, { code }: AppError): Promise<void> {
  const { name, request, services, refusals } = call;
  const [path = ''] = request.url.split('?');
  await refusals(context, { code, operation: name, path }).catch((error: unknown) => {
    services.log.error({ error }, 'a refusal could not be written into the audit trail');
  });
}

/**
 * What was answered is in force: the gateway knows of a change before the caller does. Also where the answer is an error:
 * something may have been committed before it.
 */
async function announced<Result>(
  { services, request }: Call,
  context: AnyContext,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } finally {
    if (request.method !== 'GET' && 'workspace' in context) await services.changes.announce(context.workspace.id);
  }
}

/** Sends text as it is made, so that a long list never stands in memory as a whole. It is a file to keep, not a page. */
function sendInParts({ operation, request, reply }: Call, mediaType: string, result: unknown): FastifyReply {
  if (typeof result !== 'object' || result === null || !(Symbol.asyncIterator in result)) {
    throw new TypeError('a reply in parts must be an async iterable of text');
  }
  const extension = /\/(\w+)/.exec(mediaType)?.[1] ?? 'txt';
  reply.type(mediaType).header('content-disposition', `attachment; filename="${operation.noun}.${extension}"`);
  // Nobody is there to read the body of a reply to HEAD, so it is not made.
  if (request.method === 'HEAD') return reply.send('');
  return reply.send(Readable.from(result as AsyncIterable<string>));
}

/** Who calls, and in which workspace where the operation acts in one. Throws `not_signed_in` and `not_found`. */
async function identify(call: Call): Promise<AnyContext> {
  const { services, operation, request } = call;
  const { permission } = operation;
  const context = callContext(call);
  if (permission === 'public') return context;
  const presented = readPresented(request, services.config);
  if (presented !== null && 'serviceToken' in presented) return asService(call, context, presented.serviceToken);
  const caller = presented === null ? null : await findCaller(services, presented, context.nowMs);
  if (caller === null) throw new AppError('not_signed_in');
  const account: AccountContext = { ...context, ...caller, actor: personActor(caller.user) };
  if (permission === 'account' || permission === 'instance') return account;
  const workspace = await findWorkspace(services.database.kysely, account.user.id, context.workspaceHeader);
  return { ...account, workspace };
}

/** A program acts in its own workspace alone; account and instance are nothing it has a part in. */
async function asService({ services, operation }: Call, context: CallContext, token: string): Promise<ActorContext> {
  const service = await findServiceCaller(context, token);
  if (service === null) throw new AppError('not_signed_in');
  const { permission } = operation;
  if (permission === 'account' || permission === 'instance') throw new AppError('forbidden');
  const workspace = await findServiceWorkspace(services.database.kysely, {
    id: service.workspaceId,
    mayCopy: service.mayCopy,
  });
  if (context.workspaceHeader !== undefined && context.workspaceHeader !== workspace.id)
    throw new AppError('not_found');
  return { ...context, actor: service.actor, workspace };
}

/** Role, second factor and fresh sign-in. A program proves itself anew with every call, so it is always fresh. */
function refuseUnpermitted(operation: Operation, context: AnyContext): void {
  const { permission } = operation;
  if (permission === 'public') return;
  if (permission === 'instance' && 'user' in context && context.user.is_instance_admin !== 1) {
    throw new AppError('forbidden');
  }
  if (permission !== 'account' && permission !== 'instance' && 'workspace' in context) {
    const { workspace } = context;
    // Who signed in without a second factor gets into no workspace that asks for one.
    const lacksFactor = 'session' in context && context.session.has_second_factor !== 1;
    if (workspace.requiresTwoFactor && lacksFactor) throw new AppError('two_factor_needed');
    if (!isAllowed(permission, workspace.role, null)) throw new AppError('forbidden');
  }
  if ('session' in context) refuseStale(operation, context);
}

function refuseStale(operation: Operation, account: AccountContext): void {
  if (operation.freshSignIn && freshUntil(account) === null) throw new AppError('fresh_sign_in_needed');
}

/** What the caller shows of themselves: a session's cookie or access token, or the token of a service account. */
function readPresented(request: FastifyRequest, config: Config) {
  const bearer = /^Bearer (\S{1,4096})$/i.exec(request.headers.authorization ?? '')?.[1];
  const cookie = readCookie(request.headers.cookie, config);
  // A bearer token that is wrong is refused even beside a good cookie: the caller meant the token.
  if (request.headers.authorization !== undefined && bearer === undefined) throw new AppError('not_signed_in');
  if (bearer === undefined) return cookie === undefined ? null : { cookie };
  return isServiceToken(bearer) ? { serviceToken: bearer } : { accessToken: bearer };
}

function callContext({ services, request, reply }: Call): CallContext {
  return {
    services,
    requestId: request.id,
    ip: request.ip,
    host: request.headers.host ?? '',
    userAgent: (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_MAX),
    client: request.headers.authorization === undefined ? 'web' : 'api',
    nowMs: Date.now(),
    workspaceHeader: singleHeader(request, 'x-workspace-id'),
    setSessionCookie(token) {
      reply.header('set-cookie', token === null ? clearCookie(services.config) : sessionCookie(token, services.config));
    },
    browserToken: readBrowserCookie(request.headers.cookie, services.config),
    setBrowserToken: (token) => void reply.header('set-cookie', browserCookie(token, services.config)),
  };
}

function singleHeader(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

function parsePart(operation: Operation, place: Place, value: unknown): unknown {
  const schema = operation[place];
  if (schema === undefined) {
    const fields = Object.keys(value ?? {});
    if (place === 'params' || fields.length === 0) return undefined;
    throw invalidInput(fields.map((path) => ({ path: path.slice(0, 100), message: 'is not a field of this call' })));
  }
  const parsed = schema.safeParse(value ?? (place === 'body' ? undefined : {}));
  if (parsed.success) return parsed.data;
  // An id of another shape cannot exist: the same answer as for one that does not.
  if (place === 'params') throw new AppError('not_found');
  throw invalidInput(parsed.error.issues.flatMap(describeIssue));
}

/** Of a body that may have several shapes, the one it comes closest to is described. */
function describeIssue(issue: z.core.$ZodIssue): { path: string; message: string }[] {
  const path = issue.path.join('.');
  if (issue.code === 'invalid_union') {
    const [closest = []] = issue.errors.toSorted((a, b) => a.length - b.length);
    const inner = closest.map((nested) => ({ ...nested, path: [...issue.path, ...nested.path] }));
    if (inner.length > 0) return inner.flatMap(describeIssue);
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((field) => ({
      path: path === '' ? field.slice(0, 100) : `${path}.${field.slice(0, 100)}`,
      message: 'is not a field of this call',
    }));
  }
  return [{ path, message: issue.message }];
}

function invalidInput(details: { path: string; message: string }[]): AppError {
  const [first] = details;
  const message =
    first === undefined ? undefined : `${first.path === '' ? 'The body' : `'${first.path}'`}: ${first.message}`;
  return new AppError('invalid_input', {
    details: details.slice(0, 20),
    ...(message === undefined ? {} : { message }),
  });
}

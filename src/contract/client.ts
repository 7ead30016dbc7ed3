import type { ErrorBody, ErrorCode } from './errors.ts';
import type { OperationReply, OperationRequest } from './operation.ts';
import type { OperationKey, Operations } from './operations.ts';

/** A refusal by the server, or `offline` when no answer came. */
export class ApiError extends Error {
  readonly code: ErrorCode | 'offline';
  readonly httpStatus: number;
  readonly details: unknown;
  readonly requestId: string | null;

  constructor(input: {
    code: ErrorCode | 'offline';
    message: string;
    httpStatus: number;
    details?: unknown;
    requestId?: string | null;
  }) {
    super(input.message);
    this.name = 'ApiError';
    this.code = input.code;
    this.httpStatus = input.httpStatus;
    this.details = input.details;
    this.requestId = input.requestId ?? null;
  }
}

export interface ClientOptions {
  baseUrl: string;
  /** Headers for every call, e.g. the bearer token or the workspace. */
  headers?: () => Record<string, string>;
  fetch?: typeof fetch;
}

export type Arguments<K extends OperationKey> =
  Record<never, never> extends OperationRequest<Operations[K]>
    ? [request?: OperationRequest<Operations[K]>]
    : [request: OperationRequest<Operations[K]>];

export type Client = <K extends OperationKey>(name: K, ...rest: Arguments<K>) => Promise<OperationReply<Operations[K]>>;

interface AnyRequest {
  params?: Record<string, string | number>;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
}

/** A typed client of the contract: `await api('GET /api/keys', { query: { q: 'prod' } })`. Throws ApiError. */
export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? fetch;
  return async (name, ...rest) => {
    const request: AnyRequest = rest[0] ?? {};
    const [method = 'GET', template = '/'] = name.split(' ');
    const path = template.replace(/\{(\w+)\}/g, (_, param: string) =>
      encodeURIComponent(String(request.params?.[param])),
    );
    const query = new URLSearchParams();
    for (const [field, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) query.set(field, String(value));
    }
    const search = query.size > 0 ? `?${query}` : '';
    const response = await send(options.baseUrl + path + search, {
      method,
      headers: {
        ...options.headers?.(),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      credentials: 'same-origin',
    }).catch((cause: unknown) => {
      throw new ApiError({ code: 'offline', message: `The server does not answer: ${String(cause)}`, httpStatus: 0 });
    });
    if (response.ok) return readReply(response);
    throw await readError(response);
  };
}

async function readReply(response: Response): Promise<never>;
async function readReply(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return isJson ? response.json() : response.text();
}

async function readError(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-request-id');
  const body: Partial<ErrorBody> = await response.json().catch(() => ({}));
  const { code, message, details } = body.error ?? { code: 'internal' as const, message: `HTTP ${response.status}` };
  return new ApiError({ code, message, details, httpStatus: response.status, requestId });
}

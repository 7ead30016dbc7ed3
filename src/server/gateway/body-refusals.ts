import type { BodyProblem } from './exchange.ts';
import { RETRY_AFTER_MS } from './judge-call.ts';
import type { Refusal } from './refusals.ts';

/** What is said of a body that cannot be taken. */
export const bodyRefusals: Readonly<Record<Exclude<BodyProblem, 'broken'>, Refusal>> = {
  too_large: { code: 'body_too_large' },
  no_room: {
    code: 'unavailable',
    message: 'Too many large requests are under way, more than fit into memory. Try again in a moment.',
    retryAfterMs: RETRY_AFTER_MS,
  },
  late: { code: 'request_timeout', message: 'Nothing of the request came for a minute. Send it again.' },
  stopped: { code: 'unavailable', retryAfterMs: RETRY_AFTER_MS },
};

import { createHmac } from 'node:crypto';
import { OutboundError, type OutboundRequest } from '../outbound.ts';
import type { Services } from '../services.ts';
import { SealError } from '../vault/vault.ts';
import { findChatHook, refusalCode } from './chat-hooks.ts';
import { type Message, toSentence } from './message.ts';
import { noteWebhookResult, type WebhookRow } from './webhook.store.ts';
import { openTarget } from './webhook-target.ts';

const TIMEOUT_MS = 10_000;
/** The reply is only looked at for a code, but one that is larger than expected is no failure either. */
const REPLY_BYTES_MAX = 1_048_576;

/** `problem` is a sentence that names at most the host. */
export type Delivery = { ok: true } | { ok: false; problem: string };

/** Sends one message and notes on the webhook how it went. Rejects only when the database does not answer. */
export async function sendMessage(
  services: Services,
  webhook: WebhookRow,
  { message, signal }: { message: Message; signal?: AbortSignal | undefined },
): Promise<Delivery> {
  const delivery = await deliver(services, webhook, { message, signal });
  // Stopped by ourselves: that says nothing about the webhook.
  if (!delivery.ok && signal?.aborted) return delivery;
  await noteWebhookResult(
    services.database.kysely,
    webhook,
    delivery.ok ? { last_sent_at: Date.now(), last_error: null } : { last_error: delivery.problem },
  );
  return delivery;
}

async function deliver(
  services: Services,
  webhook: WebhookRow,
  { message, signal }: { message: Message; signal?: AbortSignal | undefined },
): Promise<Delivery> {
  try {
    const { url, signingSecret } = await openTarget(services, webhook);
    const chat = findChatHook(url.reveal());
    const body = JSON.stringify(chat === null ? message : chat.toBody(toSentence(message, chat.locale)));
    const request: OutboundRequest = {
      method: 'POST',
      url: url.reveal(),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': `api-key-manager/${services.version}`,
        'x-akm-signature': sign(body, signingSecret.reveal(), Math.floor(Date.now() / 1000)),
      },
      body,
      timeoutMs: TIMEOUT_MS,
      bytesMax: REPLY_BYTES_MAX,
      ...(signal === undefined ? {} : { signal }),
    };
    const reply = await services.outbound.request(request);
    if (reply.httpStatus >= 300) return failed(`${webhook.host} answered with status ${reply.httpStatus}.`);
    const code = chat === null ? null : refusalCode(chat, reply.body);
    return code === null ? { ok: true } : failed(`${webhook.host} refused the message with code ${code}.`);
  } catch (error) {
    if (error instanceof OutboundError) return failed(error.message);
    if (error instanceof SealError) return failed('The stored address cannot be decrypted. Enter it again.');
    throw error;
  }
}

const failed = (problem: string): Delivery => ({ ok: false, problem });

/**
 * `t=<seconds>,v1=<HMAC-SHA-256 of "t.body" in hexadecimal>`: the receiver compares it and refuses an old `t`, so that a
 * message can be neither forged nor played again.
 */
export function sign(body: string, signingSecret: string, seconds: number): string {
  const digest = createHmac('sha256', signingSecret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${digest}`;
}

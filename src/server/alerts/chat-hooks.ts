import { z } from 'zod';
import type { Locale } from '../../contract/vocabulary.ts';

/**
 * Chat services whose incoming webhooks take no JSON but their own. Each answers 200 to what it refuses, but for Slack,
 * and tells so by a code in the body.
 */
interface ChatHook {
  locale: Locale;
  toBody: (text: string) => unknown;
  /** The member of the reply that is 0 where the message was accepted. */
  codeField: 'code' | 'errcode' | null;
}

const hooks: Readonly<Record<string, ChatHook>> = {
  // https://api.slack.com/messaging/webhooks
  'hooks.slack.com': { locale: 'en', toBody: (text) => ({ text }), codeField: null },
  // https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
  'open.feishu.cn': {
    locale: 'zh-CN',
    toBody: (text) => ({ msg_type: 'text', content: { text } }),
    codeField: 'code',
  },
  // https://developer.work.weixin.qq.com/document/path/91770
  'qyapi.weixin.qq.com': {
    locale: 'zh-CN',
    toBody: (content) => ({ msgtype: 'text', text: { content } }),
    codeField: 'errcode',
  },
  // https://open.dingtalk.com/document/robots/custom-robot-access
  'oapi.dingtalk.com': {
    locale: 'zh-CN',
    toBody: (content) => ({ msgtype: 'text', text: { content } }),
    codeField: 'errcode',
  },
};

/** The chat service behind an address, or null where it takes our own JSON. */
export function findChatHook(url: string): ChatHook | null {
  const hostname = URL.parse(url)?.hostname ?? '';
  return Object.hasOwn(hooks, hostname) ? (hooks[hostname] ?? null) : null;
}

const Reply = z.looseObject({ code: z.number().optional(), errcode: z.number().optional() });

/** The code with which a chat service refused a message that it answered with 200; null where it took it. */
export function refusalCode({ codeField }: ChatHook, body: Buffer): number | null {
  if (codeField === null) return null;
  const code = readReply(body)?.[codeField];
  return code === undefined || code === 0 ? null : code;
}

function readReply(body: Buffer): z.output<typeof Reply> | null {
  try {
    return Reply.safeParse(JSON.parse(body.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

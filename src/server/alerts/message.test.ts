import { describe, expect, it } from 'vitest';
import { newId } from '../ids.ts';
import { findChatHook, refusalCode } from './chat-hooks.ts';
import { type Message, toSentence } from './message.ts';

const message: Message = {
  type: 'budget.threshold',
  id: newId('Alert'),
  time: '2026-01-01T00:00:00.000Z',
  workspaceId: newId('Workspace'),
  subject: { kind: 'virtualKey', id: newId('VirtualKey'), label: 'CI' },
  period: 'month',
  threshold: 80,
  spentUsd: '8.125000000',
  limitUsd: '10.000000000',
};

function bodyFor(url: string): unknown {
  const hook = findChatHook(url);
  return hook === null ? message : hook.toBody(toSentence(message, hook.locale));
}

describe('a message to a chat', () => {
  const english = 'API Key Manager: 80 % of the monthly budget of "CI" is used (8.125 of 10.00 US dollars).';
  const chinese = 'API Key Manager：“CI”的每月预算已用 80%（8.125 / 10.00 美元）。';

  it.each([
    ['https://hooks.slack.com/services/T/B/x', { text: english }],
    ['https://open.feishu.cn/open-apis/bot/v2/hook/x', { msg_type: 'text', content: { text: chinese } }],
    ['https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x', { msgtype: 'text', text: { content: chinese } }],
    ['https://oapi.dingtalk.com/robot/send?access_token=x', { msgtype: 'text', text: { content: chinese } }],
  ])('at %s has the form that is taken there', (url, body) => {
    expect(bodyFor(url)).toEqual(body);
  });

  it.each(['https://example.com/hook', 'https://hooks.slack.com.example.com/', 'https://example.com/constructor', 'x'])(
    'is our own JSON at %s',
    (url) => {
      expect(bodyFor(url)).toBe(message);
    },
  );

  it('calls nobody by way of a name', () => {
    const label = '<!channel> <at user_id="all">x</at> @all';
    const sentence = toSentence({ ...message, subject: { ...message.subject, label } }, 'en');
    expect(sentence).not.toMatch(/[<>@]/);
    expect(sentence).toContain('!channel');
  });

  it('was refused where the reply says so by a code, whatever its status', () => {
    const refusal = (url: string, body: string) => {
      const hook = findChatHook(url);
      return hook === null ? undefined : refusalCode(hook, Buffer.from(body));
    };
    const [feishu, wecom] = ['https://open.feishu.cn/x', 'https://qyapi.weixin.qq.com/x'];
    expect(refusal(feishu, '{"code":9499,"msg":"Bad Request","data":{}}')).toBe(9499);
    expect(refusal(feishu, '{"StatusCode":0,"code":0,"msg":"success"}')).toBeNull();
    expect(refusal(wecom, '{"errcode":93000,"errmsg":"invalid webhook url"}')).toBe(93000);
    expect(refusal(wecom, '{"errcode":0,"errmsg":"ok"}')).toBeNull();
    expect(refusal('https://hooks.slack.com/x', 'ok')).toBeNull();
    for (const body of ['', 'null', '[]', 'not JSON', '{"errcode":"x"}']) expect(refusal(wecom, body)).toBeNull();
  });
});

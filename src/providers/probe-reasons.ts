import type { TestStatus } from '../contract/vocabulary.ts';

/**
 * Every outcome of a connection test: what it means for the key and what a person can do about it. `{provider}` is the
 * provider's name, `{sibling}` the same vendor's other region. The network reasons are the codes of outbound calls.
 */
const reasons = {
  valid: { status: 'valid', en: 'The key works.', zh: '密钥可用。' },
  valid_restricted: {
    status: 'valid',
    en: 'The key works, with restricted permissions. Calls outside them will be refused by {provider}.',
    zh: '密钥可用，但权限受限：超出授权范围的调用会被 {provider} 拒绝。',
  },
  valid_legacy: {
    status: 'valid',
    en: "The pair works, but only for {provider}'s legacy API. Create a new-style API key to use its current models.",
    zh: '这对密钥可用，但仅限 {provider} 的旧版接口。要使用当前模型，请在控制台新建 API Key。',
  },
  reachable_no_key: {
    status: 'valid',
    en: '{provider} answers, and it asks for no key.',
    zh: '{provider} 可以访问，且无需密钥。',
  },
  list_is_public: {
    status: 'unknown',
    en: 'The address answers, but it shows its models to anyone, so this says nothing about the key. Send one real request to be sure.',
    zh: '地址可以访问，但它的模型列表对任何人公开，无法据此判断密钥是否有效。请实际发送一次请求确认。',
  },
  valid_no_credit: {
    status: 'no_quota',
    en: 'The key is valid, but the account is out of credit. Top up at {provider}.',
    zh: '密钥有效，但账户余额不足，请到 {provider} 充值。',
  },
  no_quota: {
    status: 'no_quota',
    en: 'The key is accepted, but its quota or credit is used up. Check plan and billing at {provider}.',
    zh: '密钥已被接受，但额度或余额已用完，请到 {provider} 查看套餐与账单。',
  },
  plan_window_used_up: {
    status: 'no_quota',
    en: 'The key is valid, but the allowance of this period is used up. It comes back by itself; {provider} shows when.',
    zh: '密钥有效，但本周期的额度已用完，到期会自动恢复，恢复时间见 {provider} 控制台。',
  },
  invalid_key: {
    status: 'invalid',
    en: '{provider} does not accept this key. Check that it was copied completely, or create a new one.',
    zh: '{provider} 不接受此密钥。请检查是否复制完整，或新建一个密钥。',
  },
  other_region: {
    status: 'invalid',
    en: '{provider} does not accept this key. If it was created at {sibling}, choose that provider instead: the two have separate accounts.',
    zh: '{provider} 不接受此密钥。如果它是在 {sibling} 创建的，请改选该服务商：两者账号互不相通。',
  },
  invalid_or_plan_used_up: {
    status: 'invalid',
    en: '{provider} refuses this key. It is either wrong, or the quota of its plan is used up: {provider} answers both in the same way.',
    zh: '{provider} 拒绝了此密钥：可能密钥有误，也可能套餐额度已用完，{provider} 对两种情况的回复相同。',
  },
  key_disabled: {
    status: 'invalid',
    en: 'This key was disabled or deleted at {provider}. Enable it there or create a new one.',
    zh: '此密钥已在 {provider} 被停用或删除，请到控制台启用或新建。',
  },
  key_expired: {
    status: 'invalid',
    en: 'This key has expired. Create a new one at {provider}.',
    zh: '此密钥已过期，请到 {provider} 新建。',
  },
  key_leaked: {
    status: 'invalid',
    en: '{provider} blocked this key because it was found in public. Delete it there and create a new one.',
    zh: '此密钥已泄露，被 {provider} 封禁。请到控制台删除并新建。',
  },
  malformed_key: {
    status: 'invalid',
    en: 'The key contains spaces, line breaks or characters that no key has. Copy it again, without quotes or a name in front.',
    zh: '密钥中含有空格、换行或其他不应出现的字符。请重新复制，不要带引号或变量名。',
  },
  missing_key: { status: 'invalid', en: 'Enter the key first.', zh: '请先填写密钥。' },
  wrong_path_for_key: {
    status: 'invalid',
    en: 'The key is genuine but belongs to another product of {provider}, such as a coding plan. Set the base URL of that product.',
    zh: '密钥本身有效，但属于 {provider} 的其他产品（如编程套餐）。请把接口地址改为该产品的地址。',
  },
  account_blocked: {
    status: 'invalid',
    en: 'The account behind this key is blocked or not active. Sign in at {provider} to see why.',
    zh: '此密钥所属的账户被封禁或未激活，请登录 {provider} 查看原因。',
  },
  forbidden: {
    status: 'unknown',
    en: '{provider} refused the call. The key may lack a permission, or calls from this address may not be allowed.',
    zh: '{provider} 拒绝了请求：密钥可能缺少权限，或当前 IP 不被允许。',
  },
  region_not_supported: {
    status: 'unknown',
    en: '{provider} does not serve the country or region of this server. This says nothing about the key; use a server or base URL elsewhere.',
    zh: '{provider} 不支持本服务器所在的国家或地区，无法据此判断密钥。请换用其他地区的服务器或接口地址。',
  },
  service_not_enabled: {
    status: 'unknown',
    en: '{provider} knows the key, but the service or model is not switched on for its account. Switch it on in the console.',
    zh: '{provider} 认得此密钥，但账户尚未开通该服务或模型，请到控制台开通。',
  },
  rate_limited: {
    status: 'rate_limited',
    en: '{provider} is limiting the rate of this key. Wait a moment and test again.',
    zh: '{provider} 正在对此密钥限流，请稍后再测试。',
  },
  overloaded: {
    status: 'unknown',
    en: '{provider} is overloaded at the moment. This says nothing about the key; test again later.',
    zh: '{provider} 当前负载过高，无法判断密钥是否有效，请稍后再测试。',
  },
  provider_error: {
    status: 'unknown',
    en: '{provider} answered with an error of its own. This says nothing about the key; test again later.',
    zh: '{provider} 服务端出错，无法判断密钥是否有效，请稍后再测试。',
  },
  wrong_endpoint: {
    status: 'unreachable',
    en: 'The server answers, but not at this path. Check the base URL: most end in /v1, without /chat/completions.',
    zh: '服务器有响应，但路径不对。请检查接口地址：通常以 /v1 结尾，不含 /chat/completions。',
  },
  not_an_api: {
    status: 'unreachable',
    en: 'A web page answers at this address, not an API. Check the base URL.',
    zh: '该地址返回的是网页而不是 API，请检查接口地址。',
  },
  retired: {
    status: 'unreachable',
    en: '{provider} has shut this service down.',
    zh: '{provider} 已下线此服务。',
  },
  unexpected_reply: {
    status: 'unknown',
    en: '{provider} answered in a way that proves nothing about the key.',
    zh: '{provider} 的回复无法说明密钥是否有效。',
  },
  cannot_test: {
    status: 'unknown',
    en: 'Credentials of this kind cannot be tested with a single call. They can be stored and used.',
    zh: '这类凭据无法通过一次调用验证，但可以正常保存和使用。',
  },
  base_url_missing: {
    status: 'unknown',
    en: '{provider} needs the base URL of your own resource. Enter it first.',
    zh: '{provider} 需要填写你自己的接口地址，请先填写。',
  },
  dialect_unavailable: {
    status: 'unknown',
    en: '{provider} does not offer this protocol at the address of this key.',
    zh: '{provider} 在此密钥的地址上不提供该协议。',
  },
  url_invalid: {
    status: 'unreachable',
    en: 'The base URL is not a usable address. Write it as https://host/path.',
    zh: '接口地址无效，请按 https://主机/路径 的格式填写。',
  },
  address_forbidden: {
    status: 'unreachable',
    en: 'The address is private, so it is not called. The operator can allow it with UPSTREAM_ALLOW_PRIVATE.',
    zh: '该地址属于内网，默认不允许访问。管理员可通过 UPSTREAM_ALLOW_PRIVATE 放行。',
  },
  host_not_found: {
    status: 'unreachable',
    en: 'The host does not exist. Check the spelling of the base URL or resource name.',
    zh: '找不到该主机，请检查接口地址或资源名称的拼写。',
  },
  connection_refused: {
    status: 'unreachable',
    en: 'The host refuses the connection. Check that the service is running and the port is right.',
    zh: '主机拒绝连接，请确认服务已启动、端口正确。',
  },
  timeout: {
    status: 'unreachable',
    en: 'No answer in time. Check the address and whether this server can reach it.',
    zh: '连接超时，请检查地址以及本服务器能否访问它。',
  },
  tls: {
    status: 'unreachable',
    en: 'No secure connection: the certificate of the host is not accepted.',
    zh: '无法建立安全连接：该主机的证书不被信任。',
  },
  redirected: {
    status: 'unreachable',
    en: 'The host redirects to another address. Keys are never sent along; enter the final address.',
    zh: '该地址会跳转。为保护密钥不跟随跳转，请填写最终地址。',
  },
  too_large: {
    status: 'unknown',
    en: 'The answer is too large to be one of an API. Check the base URL.',
    zh: '回复内容过大，不像是 API 的回复，请检查接口地址。',
  },
  aborted: { status: 'unknown', en: 'The test was stopped before it ended.', zh: '测试已中断。' },
  network: {
    status: 'unreachable',
    en: 'The connection broke. Test again; if it stays, check the network of this server.',
    zh: '连接中断，请重试；若持续出现，请检查本服务器的网络。',
  },
} as const satisfies Record<string, { status: TestStatus; en: string; zh: string }>;

export type ProbeReason = keyof typeof reasons;

export const probeReasons: Readonly<
  Record<ProbeReason, { readonly status: TestStatus; readonly en: string; readonly zh: string }>
> = reasons;

/** Reasons of calls that brought no reply. */
export type NetworkReason =
  | 'address_forbidden'
  | 'url_invalid'
  | 'host_not_found'
  | 'connection_refused'
  | 'timeout'
  | 'tls'
  | 'too_large'
  | 'redirected'
  | 'aborted'
  | 'network';

/** True for a string of the closed set, such as a stored status. */
export function isProbeReason(text: string): text is ProbeReason {
  return Object.hasOwn(reasons, text);
}

/** The sentence of a reason with the names filled in. Without a sibling's name, `other_region` says less. */
export function probeSentence(
  reason: ProbeReason,
  names: { readonly language: 'en' | 'zh'; readonly provider: string; readonly sibling?: string | undefined },
): string {
  const spoken = reason === 'other_region' && names.sibling === undefined ? 'invalid_key' : reason;
  return probeReasons[spoken][names.language]
    .replaceAll('{provider}', () => names.provider)
    .replaceAll('{sibling}', () => names.sibling ?? '');
}

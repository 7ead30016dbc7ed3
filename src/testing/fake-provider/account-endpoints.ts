/** What the endpoints that tell about an account answer for a key that is accepted. */
export type AccountEndpoint = (account: { readonly balance: number }) => unknown;

export type AccountEndpoints = Readonly<Record<string, AccountEndpoint>>;

export const deepseekAccount: AccountEndpoints = {
  '/user/balance': ({ balance }) => ({
    is_available: balance > 0,
    balance_infos: [
      {
        currency: 'CNY',
        total_balance: balance.toFixed(2),
        granted_balance: '0.00',
        topped_up_balance: balance.toFixed(2),
      },
    ],
  }),
};

export const moonshotAccount: AccountEndpoints = {
  '/v1/users/me/balance': ({ balance }) => ({
    code: 0,
    data: { available_balance: balance, voucher_balance: 0, cash_balance: balance },
    scode: '0x0',
    status: true,
  }),
};

const openrouterKey: AccountEndpoint = ({ balance }) => ({
  data: {
    label: 'fake',
    limit: 100,
    limit_remaining: balance,
    limit_reset: null,
    usage: 100 - balance,
    is_free_tier: false,
    is_management_key: false,
  },
});

export const openrouterAccount: AccountEndpoints = {
  '/api/v1/key': openrouterKey,
  '/api/v1/auth/key': openrouterKey,
  '/api/v1/credits': ({ balance }) => ({ data: { total_credits: 100, total_usage: 100 - balance } }),
};

export const siliconflowAccount: AccountEndpoints = {
  '/v1/user/info': ({ balance }) => ({
    code: 20_000,
    message: 'OK',
    status: true,
    data: { balance: '0', chargeBalance: balance.toFixed(4), totalBalance: balance.toFixed(4) },
  }),
};

export const stepfunAccount: AccountEndpoints = {
  '/v1/accounts': ({ balance }) => ({
    object: 'account',
    type: 'prepaid',
    balance,
    total_cash_balance: 100,
    total_voucher_balance: 15,
  }),
};

export const deepinfraAccount: AccountEndpoints = {
  '/v1/me': ({ balance }) => ({ checklist: { stripe_balance: -balance, recent: 0, limit: 100 } }),
};

const novitaBalance: AccountEndpoint = ({ balance }) => ({
  availableBalance: String(Math.round(balance * 10_000)),
  cashBalance: String(Math.round(balance * 10_000)),
  creditLimit: '0',
  pendingCharges: '0',
});

export const novitaAccount: AccountEndpoints = {
  '/openapi/v1/billing/balance/detail': novitaBalance,
  '/v3/user/balance': novitaBalance,
};

export const elevenlabsAccount: AccountEndpoints = {
  '/v1/user': () => ({ user_id: 'fake', is_new_user: false }),
  '/v1/user/subscription': ({ balance }) => ({
    tier: 'creator',
    character_count: 100_000 - Math.round(balance),
    character_limit: 100_000,
    next_character_count_reset_unix: 1_790_000_000,
  }),
};

export const jinaAccount: AccountEndpoints = {
  '/api/v1/api_key/fe_user': ({ balance }) => ({ wallet: { total_balance: Math.round(balance), trial_balance: 0 } }),
};

export const xaiAccount: AccountEndpoints = {
  '/v1/api-key': () => ({
    redacted_api_key: 'xai-...fake',
    name: 'fake',
    acls: ['api-key:model:*', 'api-key:endpoint:*'],
    team_blocked: false,
    api_key_blocked: false,
    api_key_disabled: false,
  }),
};

export const cohereAccount: AccountEndpoints = {
  '/v1/check-api-key': () => ({ valid: true, organization_id: 'fake', owner_id: 'fake' }),
};

export const voyageAccount: AccountEndpoints = { '/v1/files': () => ({ object: 'list', data: [] }) };

export const huggingfaceAccount: AccountEndpoints = {
  '/api/whoami-v2': () => ({
    type: 'user',
    name: 'fake',
    auth: { type: 'access_token', accessToken: { role: 'read' } },
  }),
};

export const nvidiaAccount: AccountEndpoints = { '/v2/nvcf/functions': () => ({ functions: [] }) };

export const replicateAccount: AccountEndpoints = { '/v1/account': () => ({ type: 'user', username: 'fake' }) };

/** one-api and new-api style relays: credit is the limit less what is used, in cents. */
export const relayAccount: AccountEndpoints = Object.fromEntries(
  ['/dashboard/billing', '/v1/dashboard/billing'].flatMap((base): [string, AccountEndpoint][] => [
    [`${base}/subscription`, () => ({ object: 'billing_subscription', hard_limit_usd: 100 })],
    [`${base}/usage`, ({ balance }) => ({ object: 'list', total_usage: (100 - balance) * 100 })],
    [`${base}/credit_grants`, ({ balance }) => ({ object: 'credit_summary', total_available: balance })],
  ]),
);

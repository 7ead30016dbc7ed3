import { type Failure, type FailureShapes, retryAfter } from './failure.ts';
import { openaiError, openaiFailures } from './openai.ts';

/** https://api-docs.deepseek.com/quick_start/error_codes */
export const deepseekFailures: FailureShapes = {
  ...openaiFailures,
  missing_key: () => ({ httpStatus: 401, body: 'Authentication Fails (governor)' }),
  invalid_key: ({ maskedSecret }) =>
    openaiError(401, {
      message: `Authentication Fails, Your api key: ****${maskedSecret.slice(-4)} is invalid`,
      type: 'authentication_error',
      code: 'invalid_request_error',
    }),
  no_quota: () =>
    openaiError(402, { message: 'Insufficient Balance', type: 'unknown_error', code: 'invalid_request_error' }),
  unknown_model: () => openaiError(400, { message: 'Model Not Exist', code: 'invalid_request_error' }),
};

/** https://docs.bigmodel.cn/cn/api/api-code */
export const zhipuFailures: FailureShapes = {
  ...openaiFailures,
  missing_key: () => zhipuError(401, '1001', 'Header中未收到Authorization参数，无法进行身份验证。'),
  invalid_key: () => zhipuError(401, '1000', '身份验证失败。'),
  no_quota: () => zhipuError(429, '1113', '余额不足或无可用资源包,请充值。'),
  rate_limited: () => zhipuError(429, '1302', '您的账户已达到速率限制，请您控制请求频率'),
  forbidden: () => zhipuError(403, '1220', '您无权访问该 API。'),
  overloaded: () => zhipuError(429, '1305', '该模型当前访问量过大，请您稍后再试。'),
  unknown_model: () => zhipuError(400, '1211', '模型不存在，请检查模型代码。'),
  unknown_path: ({ path }) => ({ httpStatus: 404, body: { status: 404, error: 'Not Found', path } }),
};

function zhipuError(httpStatus: number, code: string, message: string): Failure {
  return { httpStatus, body: { error: { code, message } } };
}

/** https://platform.moonshot.cn/docs/api/chat */
export const moonshotFailures: FailureShapes = {
  ...openaiFailures,
  missing_key: () => moonshotError(401, 'invalid_authentication_error', 'Invalid Authentication'),
  invalid_key: () => moonshotError(401, 'invalid_authentication_error', 'Invalid Authentication'),
  no_quota: () =>
    moonshotError(
      429,
      'exceeded_current_quota_error',
      'Your account is suspended due to insufficient balance, please recharge your account or check your plan and billing details',
    ),
  rate_limited: (context) => ({
    ...moonshotError(
      429,
      'rate_limit_reached_error',
      `Your account request reached organization max RPM: 3, please try again after ${context.retryAfterSeconds} seconds`,
    ),
    headers: retryAfter(context),
  }),
  forbidden: () => moonshotError(403, 'permission_denied_error', 'The API you are accessing is not open'),
  overloaded: () =>
    moonshotError(429, 'engine_overloaded_error', 'The engine is currently overloaded, please try again later'),
  unknown_model: ({ model }) =>
    moonshotError(404, 'resource_not_found_error', `Not found the model ${model} or Permission denied`),
};

function moonshotError(httpStatus: number, type: string, message: string): Failure {
  return { httpStatus, body: { error: { message, type } } };
}

/** https://help.aliyun.com/en/model-studio/error-code-start */
export const alibabaFailures: FailureShapes = {
  ...openaiFailures,
  invalid_key: () =>
    openaiError(401, {
      message:
        'Incorrect API key provided. For details, see: https://www.alibabacloud.com/help/en/model-studio/error-code#apikey-error',
      code: 'invalid_api_key',
    }),
  no_quota: () =>
    openaiError(400, {
      message: 'Access denied, please make sure your account is in good standing.',
      type: 'Arrearage',
      code: 'Arrearage',
    }),
  rate_limited: () =>
    openaiError(429, {
      message: 'Requests rate limit exceeded, please try again later.',
      type: 'limit_requests',
      code: 'Throttling.RateQuota',
    }),
  forbidden: () =>
    openaiError(403, {
      message: 'Access to the model is denied.',
      type: 'AccessDenied',
      code: 'AccessDenied.Unpurchased',
    }),
};

/** https://cloud.baidu.com/doc/qianfan-api/s/Om9b4yj3w */
export const baiduFailures: FailureShapes = {
  ...openaiFailures,
  missing_key: () => baiduError(401, 'invalid_iam_token', 'IAM Certification failed'),
  invalid_key: () => baiduError(401, 'invalid_iam_token', 'IAM Certification failed'),
  no_quota: () => baiduError(403, 'account_overdue', 'Access denied due to overdue account', 'access_denied'),
  rate_limited: () => baiduError(429, 'rpm_rate_limit_exceeded', 'Rate limit reached for RPM', 'rate_limit_exceeded'),
  forbidden: () => baiduError(401, 'no_parameter_permission', 'No permission to use this parameter', 'access_denied'),
  overloaded: () => baiduError(429, 'cluster_rate_limit_exceeded', 'Cluster is busy', 'rate_limit_exceeded'),
  unknown_model: () => baiduError(401, 'invalid_model', 'The model does not exist or you do not have access to it.'),
};

function baiduError(httpStatus: number, code: string, message: string, type = 'invalid_request_error'): Failure {
  return { httpStatus, body: { error: { code, message, type }, id: 'as-fake' } };
}

/** https://docs.siliconflow.cn, error codes */
export const siliconflowFailures: FailureShapes = {
  ...openaiFailures,
  missing_key: () => ({ httpStatus: 401, body: 'Invalid token' }),
  invalid_key: () => siliconflowError(401, 30014, 'Invalid token'),
  no_quota: () => siliconflowError(403, 30011, 'The selected model requires paid balance. Please top up.'),
  rate_limited: () => siliconflowError(429, 50603, 'Request was rejected due to rate limiting.'),
  unknown_model: () => siliconflowError(400, 20012, 'Model does not exist. Please check it carefully.'),
};

function siliconflowError(httpStatus: number, code: number, message: string): Failure {
  return { httpStatus, body: { code, message, data: null } };
}

/** https://platform.minimax.io/docs/api-reference/errorcode */
export const minimaxFailures: FailureShapes = {
  ...openaiFailures,
  missing_key: () => minimaxError(401, 'authorized_error', 'login fail: Please carry the API secret key (1004)'),
  invalid_key: () => minimaxError(401, 'authorized_error', 'invalid api key (2049)'),
  no_quota: () => minimaxError(402, 'insufficient_balance_error', 'insufficient balance (1008)'),
  rate_limited: () => minimaxError(429, 'rate_limit_error', 'rate limit (1002)'),
};

function minimaxError(httpStatus: number, type: string, message: string): Failure {
  return { httpStatus, body: { type: 'error', error: { type, message, http_code: String(httpStatus) } } };
}

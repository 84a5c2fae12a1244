import { saysCannotUseTools } from "./cannot-use-tools";
import { saysContextTooLong } from "./context-too-long";
import type { ProviderFailureCode } from "./provider-failure";
import type { RefusalText } from "./refusal-text";

/** What an error body may say, and what that means. A signal holds if `names` or `text` does. */
export interface RefusalSignal {
  readonly means: ProviderFailureCode;
  /** HTTP statuses under which it counts; 0 is an error without one: in a stream, or under 200. */
  readonly under: (status: number) => boolean;
  /** Matched against types, codes and reasons. */
  readonly names?: RegExp;
  /** Matched against the sentences. */
  readonly text?: RegExp | ((text: string) => boolean);
  /** The signal does not hold if names or sentences match this. */
  readonly unless?: RegExp;
  /** Also counts if a router quotes it from its own provider: it concerns the model or the conversation. */
  readonly alsoUpstream?: true;
}

/** The first signal that holds. @returns null if the body says nothing that is known */
export function meaningOf(
  { names, text, upstream }: RefusalText,
  status: number,
  signals: readonly RefusalSignal[],
): ProviderFailureCode | null {
  const found = signals.find((signal) => {
    if (!signal.under(status) || signal.unless?.test(`${names}\n${text}`)) return false;
    if (signal.names?.test(names)) return true;
    return holds(signal.text, signal.alsoUpstream ? `${text}\n${upstream}` : text);
  });
  return found?.means ?? null;
}

function holds(pattern: RefusalSignal["text"], text: string): boolean {
  return typeof pattern === "function" ? pattern(text) : pattern?.test(text) === true;
}

const always = () => true;
const belowServerFault = (status: number) => status < 500;
const without =
  (...statuses: number[]) =>
  (status: number) =>
    status < 500 && !statuses.includes(status);
const under =
  (...statuses: number[]) =>
  (status: number) =>
    statuses.includes(status);
const aboutTheRequest = under(0, 400, 413, 422);

/** Says that waiting helps. Money is asked for elsewhere: a limit for each minute may mention billing too. */
const WAITING_HELPS =
  /rate.?limit|too many requests|per[ -_]?(second|minute|min|hour|day|week)\b|\b[RTQ]P[SMD]\b|(try|retry)[^.]{0,20}\b(in|after) \d|resets? (at|in|after|on)\b|retryinfo|频繁|频率|速率|限流|并发|每分钟/i;

const NO_MONEY = new RegExp(
  [
    "insufficient[ _](account[ _]|user[ _])?(balance|credits?|funds?|money|points)",
    "(balance|credits?|funds|budget)\\b.{0,40}\\b(insufficient|too low|not (enough|sufficient)|exhausted|depleted|used up|exceeded|run out|expired|negative|overdue)",
    "(used( up)?|consumed|spent|exhausted|depleted|exceeded|r[au]n out of|out of|not enough|requires? more|lacks?|no (more |remaining )?|zero|(doesn't|does not|don't|do not) have (any|enough|sufficient))[^.]{0,40}\\b(credits?|balance|funds|budget)\\b",
    "can only afford",
    "payment[ _](method )?(is )?(required|failed|overdue|past due|declined)|(valid )?(payment method|credit card) (is |on file)?.{0,12}(required|to service)|requires? a (valid )?(credit card|payment method)",
    "unpaid|in arrears?|\\barrear(age|s)?\\b|overdue|past due|failure to pay|good standing",
    "billing.{0,24}(not (active|enabled)|inactive|disabled)|enable billing|(not active|inactive).{0,60}(billing|balance)|issue with your billing",
    "(spend(ing)?|cost|budget|credit|billing|hard)[ _](cap|limit)\\b.{0,24}(reached|exceeded|hit)|(reach(ed|ing)?|exceed(ed|ing)?|over|hit)\\b.{0,40}\\b((spend(ing)?|credit|cost|budget)[ _](cap|limit)|budget)",
    "please (recharge|top ?up)|(recharge|top ?up) (your|the) (account|balance)|purchase (more )?credits",
    "free (tier|trial|quota|credits?)\\b.{0,60}(exhausted|expired|used up|ended)|exhausted.{0,30}free (tier|trial|quota)|trial (period )?(has |is )?(ended|expired|over)",
    "(subscription|plan|package) (has |is )?(expired|ended|inactive|cancel)|inactive subscription",
    "(余额|餘額|额度|額度|配额|点数|积分|credits?).{0,10}(不足|不够|耗尽|用尽|用完|用光|为零|為零|透支)|欠费|欠費|逾期|(请|需).{0,6}(充值|續費|续费|缴费)|无可用资源包|(资源包|套餐|订阅).{0,10}(到期|过期|用尽|用完|耗尽|不足)|免费(额度|试用).{0,12}(用尽|用完|耗尽|结束|到期)|扣费失败",
  ].join("|"),
  "i",
);

/** A quota may be a sum of money or a limit for each minute. */
const NO_QUOTA =
  /insufficient[ _]quota|\bno[ _](more |remaining )?quota|not enough quota|quota\b.{0,24}(insufficient|not enough|used up|depleted)/i;
/** Under 402 and 403 it is money unless the text says when it returns. */
const QUOTA_EXCEEDED = /quota\b.{0,24}(exceeded|exhausted|reached)|(exceeded|exhausted)\b.{0,30}\bquota/i;

const BAD_KEY = new RegExp(
  [
    "(invalid|incorrect|wrong|bad|expired|revoked|unknown|unrecogni[sz]ed|malformed|missing|disabled|deactivated)[ _-](or (missing|expired|invalid|revoked) )?(provider |user |openai |authentication |virtual )?(x-)?(api|access|auth(entication|orization)?|bearer|secret|subscription|security|proxy|client)[ _-]?(server )?[ _-]?(key|token|secret|credentials?|header)s?\\b",
    "\\b(api|access|auth(entication|orization)?|bearer|secret|subscription|security)[ _-]?(key|token)s?( you provided| provided| supplied| specified)?:? (not (valid|found|recogni[sz]ed|accepted|correct|provided|active)|invalid|incorrect|wrong|missing|expired|revoked|disabled|deactivated|deleted|required|unknown|malformed|does not exist|doesn't exist)",
    "\\b(api|access|auth(entication|orization)?|bearer|secret|subscription|security)[ _-]?(key|token)s?\\b[^.\\n]{0,60}\\b(is|was|are|were|has been|have been|has)( an?| either)? (not (valid|found|recogni[sz]ed|accepted|correct|active)|(missing or )?invalid|incorrect|wrong|expired|revoked|disabled|deactivated|deleted|required|unknown|malformed|reported as leaked|missing$)",
    "(no|without|missing|provide (an?|your|the)|(didn't|did not) provide (an?|your)|need (an?|your)) (valid )?(api|access|auth)[ _-]?(key|token|credentials?)\\b",
    "(invalid|incorrect|bad|wrong|missing|no) (auth(entication|orization)? )?credentials?\\b|could not validate credentials|invalid (authentication|authorization|bearer)\\b|invalid username or password",
    "authentication[ _](error|fail(ed|s|ure)|required|token)|auth(entication)? fail(ed|s|ure)?\\b|not authenticated|\\bunauthenticated|login fail",
    "(missing|no|invalid|incorrect|empty) (x-api-key|authorization|bearer)\\b|authorization header (is )?(missing|required|invalid|malformed)",
    "^invalid (token|key)\\.?( \\(request.*)?$",
    "(无效|非法|错误|不正确|过期|失效|未提供|缺少|未收到|不存在).{0,8}(令牌|密钥|密匙|凭证|api[ _-]?key|authorization|access ?token)",
    "(令牌|密钥|密匙|凭证|api[ _-]?key|access ?token|authorization(参数)?( token)?|\\btoken).{0,14}(无效|非法|错误|不正确|有误|过期|失效|不存在|禁用|失败|不可用|为空|缺失)",
    "(身份|鉴权|認證|认证|身份验证|身份認證|登录).{0,6}(失败|失敗|错误|不通过|无效)",
  ].join("|"),
  "im",
);

/** Not the key itself: what it may be used for, or from where. */
const NOT_THE_KEY_ITSELF =
  /(not (valid|enabled|allowed|authori[sz]ed|accepted)|invalid|disabled|not found) for (this|the|that|your)|ip address|missing scopes|insufficient (permissions?|scopes?)|InternalServerError|server_error/i;

/**
 * What refusals of providers and gateways say, by kind, for all of them; the first that holds decides. A
 * server's fault (5xx) that mentions the key says nothing about the key.
 */
export const REFUSAL_SIGNALS: readonly RefusalSignal[] = [
  // The key works for other models: https://docs.litellm.ai/docs/proxy/virtual_keys
  {
    means: "provider_model_unavailable",
    under: belowServerFault,
    names:
      /(key|team|user|project)_model_access_denied|model_access_denied|Model\.AccessDenied|ModelNotOpen/i,
    text: /(key|team|token) (is )?not allowed to access (the |this )?model|(does not|doesn't|do not|don't) have access to (the |this )?model|令牌.{0,6}无权.{0,8}模型|无权.{0,8}(使用|访问).{0,6}模型/i,
  },
  // Waiting cannot help. Under 401 too: a gateway may know the key and refuse it for want of money.
  {
    means: "provider_credit_exhausted",
    under: always,
    names:
      /insufficient_(user_)?quota|insufficient_(balance|credits?|funds)|billing_(error|not_active|hard_limit_reached)|credit_balance_exhausted|credits?_?(error|exhausted)|no_credits?|out_of_credits?|budget_?exceeded|exceeded_?budget|exceeded_current_quota|payment_required|arrearage|accountoverdue|bill_?overdue|freetieronly|commoditynotpurchased|prepaid_?bill|postpaid_?bill|not_enough_(credits?|balance|quota)|customer_verification_required/i,
  },
  {
    means: "provider_credit_exhausted",
    under: without(404, 408),
    text: NO_MONEY,
    // "Rate limit exceeded, add credits for more"; and the budget of tokens that a model may think for.
    unless:
      /rate.?limit (is |was |has been )?(reached|exceeded|hit)|too many requests|(thinking|reasoning|token)s?[ _-]budget/i,
  },
  { means: "provider_credit_exhausted", under: without(404, 408), text: NO_QUOTA, unless: WAITING_HELPS },
  { means: "provider_credit_exhausted", under: under(402, 403), text: QUOTA_EXCEEDED, unless: WAITING_HELPS },
  {
    means: "provider_context_too_long",
    under: belowServerFault,
    // A 429 that waiting cannot fix: this single request exceeds the account's limit per minute.
    text: /\brequest too large\b.*\btokens per (min|day)/i,
  },
  {
    means: "provider_key_forbidden",
    under: without(404, 429),
    names: /unsupported_country|user_banned|(account|organization)_(locked|suspended|restricted)/i,
    text: /missing scopes|insufficient permissions?|(organization|workspace) has been disabled|(location|country|region|territory).{0,40}not (supported|available|allowed)|\bip\b.{0,50}(restriction|white ?list|allow ?list|not (in|allowed|permitted))|(user|account|organization|workspace).{0,24}(banned|locked|suspended|restricted)|(账户|账号|用户).{0,8}(锁定|封禁|冻结|禁用)|白名单|实名/i,
  },
  {
    means: "provider_overloaded",
    under: without(401, 402, 404),
    names:
      /overloaded|serveroverloaded|capacity_?(exceeded|exhausted)|server_busy|queue_exceeded|\bunavailable_error/i,
    text: /\boverloaded\b|(over|no|at|insufficient|out of) capacity\b|capacity (is |has been )?(exceeded|exhausted|full)|(server|service|system|model|engine)s? (is |are )?(currently |temporarily |too )*busy|high (demand|traffic|load)|(model|it) is (currently |still )?(loading|starting|warming)|loading model|temporarily unavailable|负载.{0,8}(饱和|过高|已满)|(服务|系统|服务器|模型).{0,8}(繁忙|过载|拥挤)|访问量过大|过载/i,
  },
  {
    means: "provider_overloaded",
    under: (status) => status >= 500,
    names: /overloaded|capacity/i,
    text: /\boverloaded\b|over capacity|负载.{0,8}(饱和|过高)|繁忙|过载/i,
  },
  {
    means: "provider_rate_limited",
    under: without(401, 402, 404, 413, 429),
    names:
      /rate_?limit|too_?many_?requests|throttl|slow_down|limit_requests|resource_?exhausted|concurrency/i,
    text: /rate.?limit(ed|s)?\b.{0,40}(reach|exceed|hit|per)|rate.?limited|(reached|exceed(ed|s)?|hit).{0,40}rate.?limit|too many (concurrent )?requests|(quota|limit)s?\b.{0,60}\bper (second|minute|hour|day)\b|requests? (was |were )?throttled|throttling|(请求|调用|访问).{0,8}(频繁|过快|过多|超限)|(速率|频率|并发|限流|限额|使用上限).{0,12}(限制|超|达|过高|触发)/i,
  },
  {
    means: "provider_key_invalid",
    under: under(0, 400, 403, 407, 409, 412, 422),
    names:
      /(invalid|incorrect|expired|missing|revoked|wrong|bad|no)_?(x_)?(api|access|auth|bearer|security)_?(key|token|credentials?)|api_?key_?(invalid|expired|missing|not_found|not_valid|revoked|disabled)|invalid_?(authentication|authorization|credentials?)|authentication_?(error|failed|required)|\bunauthenticated\b|token_?(expired|not_found|invalid)|expired_?token|invalid_?token|UnrecognizedClient/i,
    text: BAD_KEY,
    unless: NOT_THE_KEY_ITSELF,
  },
  {
    means: "provider_key_invalid",
    under: under(0),
    names: /\bunauthori[sz]ed\b/i,
    text: /^\W*unauthori[sz]ed\b/im,
  },
  {
    means: "provider_context_too_long",
    under: (status) => aboutTheRequest(status) || status >= 500,
    names: /context_length_exceeded|request_too_large|exceed_context_size|context_window_exceeded/i,
    text: saysContextTooLong,
    alsoUpstream: true,
  },
  {
    means: "provider_content_refused",
    under: without(401, 402, 404, 429),
    names:
      /content_?filter|content_?policy|moderation|guardrail|invalid_prompt|data_?inspection|ResponsibleAI|sensitive|risk_?control/i,
    text: /(blocked|filtered|refused|rejected) (by|due to) .{0,60}(content|guardrail|moderation|safety)|content (management )?policy|responsible ai|content exists risk|inappropriate content|(敏感|违规|不安全|不当).{0,8}(内容|信息)|内容.{0,8}(敏感|违规|审核|安全)/i,
    alsoUpstream: true,
  },
  {
    means: "provider_model_unavailable",
    under: (status) => without(401, 402, 429)(status) || status >= 500,
    names:
      /model_?not_?found|(unknown|invalid|unsupported)_?model|model_?(decommissioned|deprecated|not_?available|not_?supported)|unsupported_api_for_model|deployment_?not_?found|no_available_channel/i,
    // Also: only another API answers it ("only supported in v1/responses"); one-api has no channel for it.
    text: /organization must be verified|not a valid model|(is |are )?only (supported|available|accessible) (in|via|with|through|on|by) (the )?\/?(v1\/)?(responses|completions|messages|realtime|batch|interactions|embeddings)|(use|using|via|supports?( only)?|try) (the )?\/?(v1\/)?(responses|interactions|completions)\b|not a chat model|(not|n't) (supported|accessible|available|compatible|work) (in|via|with|through|for|on|using) (the )?\/?(v1\/)?chat[ _/]?completions?|(无可用|没有可用).{0,6}渠道|no available channels? for model|模型.{0,20}(不存在|未找到|已下线|未开通|不可用|不支持)|不存在.{0,8}模型/i,
    alsoUpstream: true,
  },
  {
    means: "provider_model_unavailable",
    under: without(401, 402, 429),
    text: /model\b.{0,200}(not found|does not exist|doesn't exist|not exist|not loaded|is disabled|model disabled|is not available|decommissioned)|models\/[\w.:-]{1,100} is not found|model disabled|no model(s)? loaded|unknown model|invalid model\b|model (identifier|id|name)\b.{0,80}(is |are )?(invalid|not valid|not recogni[sz]ed|unknown)\b/i,
    alsoUpstream: true,
  },
  {
    means: "provider_model_unavailable",
    under: (status) => aboutTheRequest(status) || status === 404 || status >= 500,
    text: saysCannotUseTools,
    alsoUpstream: true,
  },
];

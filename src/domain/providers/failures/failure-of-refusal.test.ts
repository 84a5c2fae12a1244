import { expect, test } from "vitest";
import { PROVIDERS } from "../registry";
import type { ProviderFailureCode } from "./provider-failure";

type Said = readonly [status: number, body: unknown];
const error = (message: string, more: object = {}) => ({ error: { message, ...more } });

/** What each body means, whichever provider's key it was. */
const MEANINGS: Partial<Record<ProviderFailureCode, readonly Said[]>> = {
  provider_key_invalid: [
    [403, error("Invalid API key", { type: "forbidden", code: "invalid_api_key" })],
    [403, error("nope", { code: "invalid_api_key" })],
    [403, error("The API key is invalid.")],
    [403, error("Your API key was reported as leaked. Please use another API key.")],
    [403, { message: "Invalid token (request id: 2026112308)" }],
    [403, "API key expired"],
    [400, [error("API key not valid.", { details: [{ reason: "API_KEY_INVALID" }] })]],
    [400, { code: "Client specified an invalid argument", error: "Incorrect API key provided: sk***." }],
    [400, { code: 400, msg: "apikey无效" }],
    [400, { errors: [{ code: 10_000, message: "Authentication error" }], success: false }],
    [401, error("Authentication Fails, Your api key: ****abcd is invalid")],
    [401, error("令牌已过期或验证不正确", { code: "401" })],
    [401, error("Anything at all")],
    [403, error("无效的令牌")],
    [403, error("该令牌已过期", { type: "new_api_error" })],
    [403, { error_code: 110, error_msg: "Access token invalid or no longer valid" }],
    [403, error("身份验证失败。")],
    [200, error("Invalid API key")],
    [200, { base_resp: { status_code: 2049, status_msg: "invalid api key" } }],
    [200, { code: 401, msg: "Unauthorized" }],
    [0, { error: "Missing API key" }],
    [422, { detail: "Authorization header is missing" }],
    [400, error('{"error":{"message":"Invalid x-api-key","type":"authentication_error"}}')],
    [403, error("No API key provided")],
    [403, error("API key has been disabled")],
  ],
  provider_credit_exhausted: [
    [429, { code: "Some resource has been exhausted", error: "Your team has used all available credits." }],
    [
      403,
      {
        code: "The caller does not have permission to execute the specified operation",
        error: "Your newly created team doesn't have any credits yet.",
      },
    ],
    [403, error("额度不足: ¥0.00", { type: "new_api_error", code: "insufficient_user_quota" })],
    [403, error("该令牌额度已用尽", { type: "new_api_error" })],
    [429, error("余额不足或无可用资源包,请充值。", { code: "1113" })],
    [429, error("您的账户已欠费，请充值后重试", { code: "1113" })],
    [
      400,
      { code: "Arrearage", message: "Access denied, please make sure your account is in good standing." },
    ],
    [403, error("x", { code: "AllocationQuota.FreeTierOnly" })],
    [403, { code: 30_001, message: "Sorry, your account balance is insufficient", data: null }],
    [402, error("Insufficient Balance", { type: "unknown_error" })],
    [402, "anything"],
    [403, error("Your account has an overdue balance.", { code: "AccountOverdueError" })],
    [403, error("You exceeded your current quota", { type: "exceeded_current_quota_error" })],
    [429, error("check your account balance", { type: "exceeded_current_quota_error" })],
    [401, { type: "error", error: { type: "CreditsError", message: "Insufficient balance." } }],
    [412, error("Account x is suspended, possibly due to reaching the monthly spending limit.")],
    [403, error("Payment required")],
    [429, error("Payment method required")],
    [403, error("Quota exceeded")],
    [429, error("You have run out of credits")],
    [200, error("Insufficient balance")],
    [500, error("x", { code: "insufficient_user_quota" })],
  ],
  provider_rate_limited: [
    [429, [error("You exceeded your current quota. Check your plan and billing.", { code: 429 })]],
    [429, error("Rate limit reached. Please try again in 7m12s. Need more tokens? Upgrade at /billing")],
    [429, error("Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 requests per day")],
    [429, error("Rate limit exceeded, add credits for more")],
    [429, error("已达到 5 小时的使用上限。您的限额将在 18:00 重置。", { code: "1308" })],
    [429, error("Throttling", { code: "Throttling.AllocationQuota" })],
    [429, error("Quota exceeded for requests per minute")],
    [429, "slow down"],
    [403, error("API rate limit exceeded")],
    [403, error("Quota exceeded for requests per minute")],
    [403, error("Quota exceeded: too many requests per minute")],
    [400, { code: 1302, msg: "您的账户已达到速率限制，请您控制请求频率" }],
    [200, error("Too many requests", { code: "429" })],
    [0, error("Rate limit reached", { code: "rate_limit_exceeded" })],
  ],
  provider_overloaded: [
    [429, error("The engine is currently overloaded", { type: "engine_overloaded_error" })],
    [429, error("当前分组上游负载已饱和，请稍后再试")],
    [500, error("Overloaded")],
    [503, error("x")],
    [529, error("x")],
    [400, error("The server is busy, please try again later")],
    [200, error("Overloaded", { type: "overloaded_error" })],
    [429, error("该模型当前访问量过大，请您稍后再试", { code: "1305" })],
  ],
  provider_model_unavailable: [
    [404, error("Model not found, inaccessible, and/or not deployed", { code: "NOT_FOUND" })],
    [400, { message: "The provided model identifier is invalid." }],
    [403, { message: "You don't have access to the model with the specified model ID." }],
    [400, error("This model is only supported in v1/responses.", { param: "model" })],
    [400, error("The model is not supported in the Chat Completions API. Use the Responses API instead.")],
    [404, error("This is not a chat model and thus not supported in the v1/chat/completions endpoint.")],
    [400, error('model "x" is not accessible via the /chat/completions endpoint')],
    [400, error("x", { code: "unsupported_api_for_model" })],
    [400, error("This model only supports Interactions API.")],
    [
      400,
      error("Function tools are not supported for gpt-x in /v1/chat/completions. Please use /v1/responses."),
    ],
    [401, error("key not allowed to access model", { type: "key_model_access_denied" })],
    [400, error("Model does not exist. Please check it carefully.", { code: 20_012 })],
    [403, error("Model disabled.")],
    [400, error("模型不存在，请检查模型代码。", { code: "1211" })],
    [503, error("当前分组 default 下对于模型 gpt-4 无可用渠道")],
    [400, error("Tool use is not supported by this model")],
    [400, error("The model `x` has been decommissioned", { code: "model_decommissioned" })],
  ],
  provider_context_too_long: [
    [400, error("Range of input length should be [1, 30720]")],
    [400, error("Your request exceeded model token limit: 8192")],
    [400, error("length of prompt_tokens (40000) must be less than max_seq_len (32768).")],
    [400, error("Prompt 超长", { code: "1261" })],
    [400, error("The input is too long for this model.")],
    [400, error("Input tokens exceed the configured limit of 272000 tokens.")],
    [413, "Request Entity Too Large"],
    [500, error("Context size has been exceeded.")],
    [429, error("Request too large for x on tokens per min (TPM): Limit 30000, Requested 41000.")],
    [0, error("prompt is too long: 210042 tokens > 200000 maximum", { type: "invalid_request_error" })],
  ],
  provider_content_refused: [
    [400, error("Output data may contain inappropriate content.", { code: "data_inspection_failed" })],
    [400, error("Content Exists Risk")],
    [400, error("系统检测到输入或生成内容可能包含不安全或敏感内容", { code: "1301" })],
  ],
  provider_rejected_request: [
    [400, error("messages.1.content: Field required", { type: "invalid_request_error" })],
    [400, error("Thinking budget is too low: at least 1024")],
    [400, error("Unrecognized request argument: stream_options")],
    [400, error("Unsupported value: 'temperature' does not support 0.1 with this model.")],
    [400, error("Invalid token in JSON at position 5")],
    [400, error("Invalid key 'foo' in tool_choice")],
  ],
  provider_key_forbidden: [
    [400, error("Organization has been restricted.", { code: "organization_restricted" })],
    [403, error("This API key is not allowed to use this endpoint.")],
    [403, error("Your API key does not have the required permission")],
    [403, error("This API key is missing the required scope")],
    [403, error("The provided API key has an IP address restriction.")],
    [403, error("Your API key is not valid for this region")],
    [403, { detail: "Forbidden" }],
    [403, ""],
    [401, error("You have insufficient permissions for this operation. Missing scopes: model.request.")],
    [400, error("This organization has been disabled.")],
    [403, error("您的账户已被锁定", { code: "1112" })],
  ],
  provider_error: [
    [500, error("Internal server error: invalid api key in worker")],
    [502, error("Insufficient credentials of the upstream")],
    [0, error("CUDA error")],
    [0, error("Internal server error: invalid api key in worker", { type: "InternalServerError" })],
  ],
};

const rows = Object.entries(MEANINGS).flatMap(([code, said]) =>
  said.map(([status, body]) => ({ code, status, body })),
);

test.each(PROVIDERS.map((adapter) => ({ id: adapter.facts.id, classify: adapter.classifyRefusal })))(
  "$id: a refusal means what it says, whatever its status",
  ({ classify }) => {
    const read = rows.map(({ status, body }) => ({ code: classify({ status, body }), status, body }));
    expect(read).toEqual(rows);
  },
);

test("what only an endpoint's own model list may forbid is no word against its key", () => {
  const classify = PROVIDERS.find(({ facts }) => facts.needsAddress)?.classifyRefusal;
  expect(classify?.({ status: 403, body: { error: "this model requires a subscription" } })).toBe(
    "provider_key_forbidden",
  );
});

test.each([
  [404, { detail: "Not Found" }],
  [404, "404 page not found"],
  [404, { error: "Cannot POST /v1/models" }],
  [404, error("Invalid URL (POST /v1/v1/chat/completions)", { type: "invalid_request_error" })],
  [405, { detail: "Method Not Allowed" }],
  [405, ""],
  [200, { error: "Unexpected endpoint or method. (POST /chat/completions)" }],
  [404, { timestamp: "2026", status: 404, error: "Not Found", path: "/v1/v1/chat/completions" }],
])("a custom endpoint: %i %j says that there is no API at this address", (status, body) => {
  const classify = PROVIDERS.find(({ facts }) => facts.needsAddress)?.classifyRefusal;
  expect(classify?.({ status, body })).toBe("provider_bad_response");
});

const quoted = (raw: string) => error("Provider returned error", { metadata: { raw } });

test("what a router's own provider says about its account is not about the person's", () => {
  const classify = PROVIDERS.find(({ facts }) => facts.id === "openrouter")?.classifyRefusal;
  expect(classify?.({ status: 429, body: quoted("insufficient balance") })).toBe("provider_rate_limited");
  expect(classify?.({ status: 400, body: quoted("Invalid API key") })).toBe("provider_rejected_request");
  expect(classify?.({ status: 400, body: quoted("prompt is too long") })).toBe("provider_context_too_long");
});

test("a long, deep or endless body is read in no time", () => {
  const deep = JSON.parse(`${'{"error":'.repeat(5000)}"x"${"}".repeat(5000)}`) as unknown;
  const long = error("invalid api ".repeat(20_000));
  const startedAt = performance.now();
  for (const { classifyRefusal } of PROVIDERS) {
    for (const body of [deep, long, "余额".repeat(50_000)]) classifyRefusal({ status: 400, body });
  }
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});

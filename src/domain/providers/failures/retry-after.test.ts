import { expect, test } from "vitest";
import { retryAfterSeconds, retryDelaySeconds, retryWordsSeconds } from "./retry-after";

const NOW = new Date("2026-11-23T08:00:00Z");

test.each<[string, Record<string, string>, number | undefined]>([
  ["no header", {}, undefined],
  ["seconds", { "retry-after": "20" }, 20],
  ["an HTTP date", { "retry-after": "Mon, 23 Nov 2026 08:01:30 GMT" }, 90],
  ["a date in the past", { "retry-after": "Mon, 23 Nov 2026 07:00:00 GMT" }, 0],
  ["milliseconds take precedence over seconds", { "retry-after-ms": "1500", "retry-after": "2" }, 1.5],
  ["seconds rather than the reset of a limit", { "retry-after": "3", "x-ratelimit-reset-tokens": "6m0s" }, 3],
  [
    "the exhausted limit, not the other",
    {
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "6m0.5s",
      "x-ratelimit-remaining-tokens": "149984",
      "x-ratelimit-reset-tokens": "20m",
    },
    360.5,
  ],
  [
    "the later of two exhausted limits",
    {
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": "2026-11-23T08:00:10Z",
      "anthropic-ratelimit-tokens-remaining": "0",
      "anthropic-ratelimit-tokens-reset": "2026-11-23T08:00:40Z",
    },
    40,
  ],
  [
    "milliseconds of a duration",
    { "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "250ms" },
    0.25,
  ],
  [
    "a timestamp in milliseconds",
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW.getTime() + 60_000) },
    60,
  ],
  [
    "a timestamp in seconds",
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW.getTime() / 1000 + 60) },
    60,
  ],
  ["a reset with unknown remaining allowance", { "x-ratelimit-reset": "86400" }, undefined],
  ["a limit's reset with unknown remaining allowance", { "x-ratelimit-reset-tokens": "20m" }, undefined],
  [
    "the reset of a limit that is not exhausted",
    { "x-ratelimit-remaining": "4999", "x-ratelimit-reset": "3600" },
    undefined,
  ],
  ["a year, capped to a day", { "retry-after": "31536000" }, 86_400],
  ["Azure's milliseconds", { "x-ms-retry-after-ms": "1500" }, 1.5],
  ["centuries", { "retry-after": "99999999999" }, undefined],
  ["a moment years ago", { "retry-after": "Mon, 01 Jan 2001 00:00:00 GMT" }, undefined],
  ["the draft of a standard", { "ratelimit-remaining": "0", "ratelimit-reset": "17" }, 17],
  ["a negative number", { "retry-after": "-5" }, undefined],
  ["words", { "retry-after": "soon" }, undefined],
  ["not a number", { "retry-after": "NaN" }, undefined],
  ["an infinite number", { "retry-after": "1".repeat(400) }, undefined],
])("%s", (_name, headers, expected) => {
  expect(retryAfterSeconds(new Headers(headers), 429, NOW)).toBe(expected);
});

const USED_UP = { "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "20m" };

test.each([
  [429, 1200],
  [503, 1200],
  [400, undefined],
  [401, undefined],
  [402, undefined],
  [500, undefined],
  [529, undefined],
])("the reset of a limit with status %i: %s seconds", (status, expected) => {
  expect(retryAfterSeconds(new Headers(USED_UP), status, NOW)).toBe(expected);
});

test.each([429, 500, 529])("an explicit retry-after counts with every status: %i", (status) => {
  expect(retryAfterSeconds(new Headers({ "retry-after": "20" }), status, NOW)).toBe(20);
});

const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

test.each([
  [{ error: { details: [{ "@type": "other" }, { "@type": RETRY_INFO, retryDelay: "36.5s" }] } }, 36.5],
  [[{ error: { details: [{ "@type": RETRY_INFO, retryDelay: "3s" }] } }], 3],
  [{ error: { details: [{ retryDelay: "999999s" }] } }, 86_400],
  [{ error: { details: [{ retryDelay: "-5s" }] } }, undefined],
  [{ error: { details: [{ retryDelay: 5 }] } }, 5],
  [{ error: { details: "none" } }, undefined],
  ["text", undefined],
  [null, undefined],
])("the body %j asks to wait %j seconds", (body, seconds) => {
  expect(retryDelaySeconds(body)).toBe(seconds);
});

const inMetadata = (headers: object) => ({ error: { code: 429, metadata: { headers } } });
const at = (seconds: number) => NOW.getTime() + seconds * 1000;

test.each<[unknown, number | undefined]>([
  [inMetadata({ "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": String(at(42)) }), 42],
  [inMetadata({ "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": at(42) }), 42],
  [inMetadata({ "X-RateLimit-Reset": String(at(42) / 1000) }), 42],
  [inMetadata({ "X-RateLimit-Remaining": 3, "X-RateLimit-Reset": at(42) }), undefined],
  [inMetadata({ "Retry-After": "42" }), 42],
  [inMetadata({ "Retry-After-Ms": "4200" }), 4.2],
  [inMetadata({ "X-RateLimit-Reset": "253402300799000" }), undefined],
  [inMetadata({ "X-RateLimit-Reset": "978307200000" }), undefined],
  [{ retry_after: 42 }, 42],
  [{ error: { retry_after: "42s" } }, 42],
  [{ error: { retry_after_ms: 4200 } }, 4.2],
  [{ error: { retryAfterSeconds: 42.5 } }, 42.5],
  [{ error: { resets_at: at(42) / 1000 } }, 42],
  [{ error: { reset_at: new Date(at(42)).toISOString() } }, 42],
  [{ error: { details: [{ retryDelay: { seconds: "42", nanos: 500_000_000 } }] } }, 42.5],
  [{ error: { retry_after: -1 } }, undefined],
  [{ error: { retry_after: null } }, undefined],
  [{ error: { retry_after: 1e20 } }, undefined],
])("a body tells when to retry: %j after %j seconds", (body, seconds) => {
  expect(retryDelaySeconds(body, NOW)).toBe(seconds);
});

test.each([
  ["Rate limit reached for x on tokens per min: Limit 30000. Please try again in 42s.", 42],
  ["Please try again in 7m12.5s. Need more tokens?", 432.5],
  ["try again in 250ms", 0.25],
  ["Please try again in 1h2m3s", 3723],
  ["Please try again after 1 seconds", 1],
  ["Please retry after 20 seconds.", 20],
  ["Please retry in 36.5s", 36.5],
  ["Please wait 120 seconds before retrying.", 120],
  ["Try again in 5 minutes", 300],
  ["try again in 1 hour and 2 minutes", 3720],
  ["Your limit resets in 3 hours.", 10_800],
  ["Your limit will reset at 2026-11-23T08:00:42Z.", 42],
  ["请在 30 秒后重试", 30],
  ["请等待5分钟后重试", 300],
  ["Please try again in 99999 days", undefined],
  ["Please try again later", undefined],
  ["Limit 30 requests per 60 seconds", undefined],
  ["Try again in a moment", undefined],
])("the sentence %j asks to wait %j seconds", (text, seconds) => {
  expect(retryWordsSeconds("provider_rate_limited", text, NOW)).toBe(seconds);
});

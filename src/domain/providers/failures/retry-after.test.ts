import { expect, test } from "vitest";
import { retryAfterSeconds, retryDelaySeconds } from "./retry-after";

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
  [{ error: { details: [{ retryDelay: 5 }] } }, undefined],
  [{ error: { details: "none" } }, undefined],
  ["text", undefined],
  [null, undefined],
])("the body %j asks to wait %j seconds", (body, seconds) => {
  expect(retryDelaySeconds(body)).toBe(seconds);
});

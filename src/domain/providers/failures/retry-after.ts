import type { ProviderFailureCode } from "./provider-failure";

/** At most a day: with a wrong clock at the provider, a key could otherwise be locked for years. */
const MAX_SECONDS = 86_400;
/** What lies further off, or longer ago, than anyone means is no time at all. */
const ABSURD_SECONDS = 3660 * 86_400;
const PAST_SECONDS = 86_400;

const UNIT_SECONDS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * When a provider asks to be retried, in seconds from now.
 *
 * In order of precision: `retry-after-ms` (OpenAI; Azure has its own), `retry-after` (seconds or a date,
 * https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3), then, if the status indicates a rate limit, the
 * reset time of an exhausted limit: `x-ratelimit-reset-requests` and `-tokens` ("6m0s", OpenAI),
 * `anthropic-ratelimit-*-reset` (a date), `x-ratelimit-reset` (a timestamp or seconds, OpenRouter and
 * gateways), `ratelimit-reset` (the draft of a standard). These headers come with every response: a limit
 * with a remaining or unknown allowance is ignored.
 *
 * @param status of the response
 * @returns undefined if it does not say
 */
export function retryAfterSeconds(
  headers: Headers,
  status: number,
  now: Date = new Date(),
): number | undefined {
  const ms = firstIn(headers, ["retry-after-ms", "x-ms-retry-after-ms"], now);
  const asked = ms === undefined ? firstIn(headers, ["retry-after", "x-retry-after"], now) : ms / 1000;
  const isLimitStatus = status === 429 || status === 503;
  return plausible(asked ?? (isLimitStatus ? resetOfExhaustedLimits(headers, now) : undefined));
}

/**
 * The same from the body: `retryDelay` of Google's RetryInfo
 * (https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto), `retry_after` and
 * the like beside or inside the error, the headers that OpenRouter puts into `error.metadata.headers`.
 *
 * @returns undefined if it does not say
 */
export function retryDelaySeconds(body: unknown, now: Date = new Date()): number | undefined {
  return plausible(delayIn(body, now, 0));
}

/** Failures for which a sentence may say how long they last. */
const PASSES = new Set<ProviderFailureCode>(["provider_rate_limited", "provider_overloaded"]);

/**
 * The same from the sentences of an error that passes: "Please try again in 6m0s", "retry after 20
 * seconds", "请在 30 秒后重试".
 *
 * @returns undefined if they do not say
 */
export function retryWordsSeconds(
  code: ProviderFailureCode,
  text: string,
  now: Date = new Date(),
): number | undefined {
  if (!PASSES.has(code)) return undefined;
  const date = UNTIL.exec(text)?.groups?.["date"];
  if (date !== undefined) return plausible(secondsOf(date.replace(" ", "T"), now));
  const said = WAIT.exec(text)?.groups?.["wait"] ?? WAIT_IN_CHINESE.exec(text)?.groups?.["wait"];
  if (said === undefined) return undefined;
  const parts = [...said.matchAll(PART)];
  const seconds = parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * unitSeconds(unit), 0);
  return plausible(seconds);
}

const AMOUNT =
  "\\d{1,7}(?:\\.\\d{1,9})?\\s{0,2}(?:milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)\\b";
const WAIT = new RegExp(
  `(?:(?:try|retry)(?: again| your request| the request)?|again|wait|reset(?:s|ting)?|available(?: again)?|back) (?:in|after|for|at least|another)? ?(?:about |approximately |~ ?)?(?<wait>${AMOUNT}(?:[\\s,]{0,2}(?:and )?${AMOUNT}|(?:\\d{1,3}(?:\\.\\d+)?[hms])+)*|(?:\\d{1,5}(?:\\.\\d{1,9})?(?:ms|[dhms]))+)`,
  "i",
);
const WAIT_IN_CHINESE =
  /(?:请|等待|在)\s?(?<wait>\d{1,7}(?:\.\d{1,3})?\s?(?:毫秒|秒|分钟|分|小时|天))(?:钟)?(?:后|之后)?/;
const PART =
  /(\d+(?:\.\d+)?)\s{0,2}(milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|毫秒|秒|分钟|分|小时|天)/gi;
/** A time that is written out with its zone: without one, nobody knows whose it is. */
const UNTIL =
  /(?:again|resets?|until|after|at|before) (?:at |on |after |until )?(?<date>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d))/i;

function unitSeconds(unit: string): number {
  const small = unit.toLowerCase();
  if (small.startsWith("ms") || small.startsWith("milli") || small === "毫秒") return 0.001;
  if (small.startsWith("m") || small.startsWith("分")) return 60;
  if (small.startsWith("h") || small === "小时") return 3600;
  return small.startsWith("d") || small === "天" ? 86_400 : 1;
}

/** Names of fields that hold a time to wait or to wait for, in small letters without what joins them. */
const DELAYS =
  /^(retry(after|delay|in|at|afterat)?|retryafter(time|seconds?|secs?|s|ms)|wait(time|for)?|waitseconds|(try)?againin|reset(s|in|at|after|sat|sin|time|seconds)?|secondsuntilreset|availableat|availablein|(x)?ratelimitreset(requests|tokens)?(ms|after)?)(seconds|ms)?$/;
const MAX_DEPTH = 6;

function delayIn(value: unknown, now: Date, depth: number): number | undefined {
  if (depth > MAX_DEPTH || typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value).slice(0, 50);
  const limits = new Map(entries.map(([key, inner]) => [key.toLowerCase(), inner]));
  for (const [key, inner] of entries) {
    const name = key.toLowerCase().replaceAll(/[^a-z]/g, "");
    if (!DELAYS.test(name) || hasAllowance(key, limits)) continue;
    const seconds = delayOf(inner, name.endsWith("ms"), now);
    if (plausible(seconds) !== undefined) return seconds;
  }
  for (const [, inner] of entries) {
    const found = delayIn(inner, now, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A limit that is not exhausted: its reset says nothing. */
function hasAllowance(key: string, limits: ReadonlyMap<string, unknown>): boolean {
  const remaining = limits.get(key.toLowerCase().replace("reset", "remaining"));
  return (
    /reset/i.test(key) && ["string", "number"].includes(typeof remaining) && !isExhausted(String(remaining))
  );
}

function delayOf(value: unknown, isMs: boolean, now: Date): number | undefined {
  if (typeof value === "string" || typeof value === "number") {
    const seconds = secondsOf(String(value), now);
    return seconds !== undefined && isMs && Number(value) < 1e9 ? seconds / 1000 : seconds;
  }
  // A duration of protocol buffers, written out.
  if (typeof value !== "object" || value === null || !("seconds" in value)) return undefined;
  const seconds = secondsOf(String(value.seconds), now);
  const nanos = "nanos" in value ? Number(value.nanos) || 0 : 0;
  return seconds === undefined ? undefined : seconds + nanos / 1e9;
}

function firstIn(headers: Headers, names: readonly string[], now: Date): number | undefined {
  for (const name of names) {
    const seconds = secondsOf(headers.get(name), now);
    if (seconds !== undefined) return seconds;
  }
  return undefined;
}

/** The latest one, because all exhausted limits have to reset. */
function resetOfExhaustedLimits(headers: Headers, now: Date): number | undefined {
  const resets = [...headers].flatMap(([name, value]) => {
    if (!/^(x-)?ratelimit-reset(-.+)?$|^(anthropic|x)-ratelimit-.+-reset$/.test(name)) return [];
    const remaining = headers.get(name.replace("reset", "remaining"));
    const seconds = secondsOf(value, now);
    return isExhausted(remaining) && seconds !== undefined ? [seconds] : [];
  });
  return resets.length === 0 ? undefined : Math.max(...resets);
}

function isExhausted(remaining: string | null): boolean {
  return remaining !== null && /^0+(\.0+)?$/.test(remaining.trim());
}

/** Seconds, a timestamp, a duration such as "1m30.5s", or a date. */
function secondsOf(value: string | null, now: Date): number | undefined {
  if (value === null || value.length > 64) return undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return untilTimestamp(Number(text), now);
  if (/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return durationSeconds(text);
  // Only date formats: Date.parse would also accept "-1" as a year.
  const date = /^\d{4}-\d\d-\d\dT|^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : fromNow((date - now.getTime()) / 1000);
}

/** Numbers this large are timestamps, in seconds or milliseconds since 1970, not durations. */
function untilTimestamp(number: number, now: Date): number | undefined {
  if (number >= 1e12) return fromNow((number - now.getTime()) / 1000);
  if (number >= 1e9) return fromNow(number - now.getTime() / 1000);
  return number;
}

function fromNow(seconds: number): number | undefined {
  return seconds < -PAST_SECONDS ? undefined : Math.max(0, seconds);
}

function plausible(seconds: number | undefined): number | undefined {
  return seconds === undefined || !(seconds >= 0 && seconds <= ABSURD_SECONDS)
    ? undefined
    : Math.min(seconds, MAX_SECONDS);
}

function durationSeconds(text: string): number {
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNIT_SECONDS[unit ?? ""] ?? 0),
    0,
  );
}

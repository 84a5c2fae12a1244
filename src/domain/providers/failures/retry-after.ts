import { z } from "zod";

/** At most a day: with a wrong clock at the provider, a key could otherwise be locked for years. */
const MAX_SECONDS = 86_400;

const UNIT_SECONDS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * When a provider asks to be retried, in seconds from now.
 *
 * In order of precision: `retry-after-ms` (OpenAI), `retry-after` (seconds or a date,
 * https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3), then, if the status indicates a rate limit, the
 * reset time of an exhausted limit: `x-ratelimit-reset-requests` and `-tokens` ("6m0s", OpenAI),
 * `anthropic-ratelimit-*-reset` (a date), `x-ratelimit-reset` (a timestamp or seconds, OpenRouter and
 * gateways). These headers come with every response: a limit with a remaining or unknown allowance is
 * ignored.
 *
 * @param status of the response
 * @returns undefined if it does not say
 */
export function retryAfterSeconds(
  headers: Headers,
  status: number,
  now: Date = new Date(),
): number | undefined {
  const ms = secondsOf(headers.get("retry-after-ms"), now);
  const asked = ms === undefined ? secondsOf(headers.get("retry-after"), now) : ms / 1000;
  const isLimitStatus = status === 429 || status === 503;
  const seconds = asked ?? (isLimitStatus ? resetOfExhaustedLimits(headers, now) : undefined);
  return seconds === undefined ? undefined : Math.min(seconds, MAX_SECONDS);
}

const retryInfoSchema = z.object({
  error: z.object({ details: z.array(z.looseObject({ retryDelay: z.string().optional() })) }),
});

/**
 * The same from the body, where Google's APIs put it:
 * https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto.
 *
 * @returns undefined if it does not say
 */
export function retryDelaySeconds(body: unknown): number | undefined {
  const read = retryInfoSchema.safeParse(Array.isArray(body) ? body[0] : body).data;
  const delay = read?.error.details.find(({ retryDelay }) => retryDelay !== undefined)?.retryDelay;
  return delay !== undefined && /^\d{1,6}(\.\d+)?s$/.test(delay)
    ? Math.min(durationSeconds(delay), MAX_SECONDS)
    : undefined;
}

/** The latest one, because all exhausted limits have to reset. */
function resetOfExhaustedLimits(headers: Headers, now: Date): number | undefined {
  const resets = [...headers].flatMap(([name, value]) => {
    if (!/^x-ratelimit-reset(-.+)?$|^anthropic-ratelimit-.+-reset$/.test(name)) return [];
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
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now.getTime()) / 1000);
}

/** Numbers this large are timestamps, in seconds or milliseconds since 1970, not durations. */
function untilTimestamp(number: number, now: Date): number {
  if (number >= 1e12) return Math.max(0, (number - now.getTime()) / 1000);
  if (number >= 1e9) return Math.max(0, number - now.getTime() / 1000);
  return number;
}

function durationSeconds(text: string): number {
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNIT_SECONDS[unit ?? ""] ?? 0),
    0,
  );
}

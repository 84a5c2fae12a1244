import { z } from "zod";

/** Nobody is told to wait longer than a day: a wrong clock at the other end would otherwise lock a key for years. */
const MAX_SECONDS = 86_400;

const UNIT_SECONDS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * When a provider asks to be tried again, in seconds from now.
 *
 * In the order of how much each says: `retry-after-ms` (OpenAI), `retry-after` (seconds or a date,
 * https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3), then, where the status speaks of a limit, the reset of one that is used up:
 * `x-ratelimit-reset-requests` and `-tokens` ("6m0s", OpenAI), `anthropic-ratelimit-*-reset` (a date), `x-ratelimit-reset` (a time stamp or
 * seconds, OpenRouter and gateways). Such headers come with every answer: a limit of which something remains, or nobody says what
 * remains, is nothing to wait for.
 *
 * @param status of the answer
 * @returns undefined if it does not say
 */
export function retryAfterSeconds(
  headers: Headers,
  status: number,
  now: Date = new Date(),
): number | undefined {
  const ms = secondsOf(headers.get("retry-after-ms"), now);
  const asked = ms === undefined ? secondsOf(headers.get("retry-after"), now) : ms / 1000;
  const speaksOfALimit = status === 429 || status === 503;
  const seconds = asked ?? (speaksOfALimit ? resetOfUsedUpLimits(headers, now) : undefined);
  return seconds === undefined ? undefined : Math.min(seconds, MAX_SECONDS);
}

const retryInfoSchema = z.object({
  error: z.object({ details: z.array(z.looseObject({ retryDelay: z.string().optional() })) }),
});

/**
 * The same from the body, where Google's APIs say it: https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto.
 *
 * @returns undefined if it does not say
 */
export function retryDelaySeconds(body: unknown): number | undefined {
  const read = retryInfoSchema.safeParse(Array.isArray(body) ? body[0] : body).data;
  const delay = read?.error.details.find(({ retryDelay }) => retryDelay !== undefined)?.retryDelay;
  return delay !== undefined && /^\d{1,6}(\.\d+)?s$/.test(delay)
    ? Math.min(ofDuration(delay), MAX_SECONDS)
    : undefined;
}

/** The latest, as all limits that are used up have to be free again. */
function resetOfUsedUpLimits(headers: Headers, now: Date): number | undefined {
  const resets = [...headers].flatMap(([name, value]) => {
    if (!/^x-ratelimit-reset(-.+)?$|^anthropic-ratelimit-.+-reset$/.test(name)) return [];
    const remaining = headers.get(name.replace("reset", "remaining"));
    const seconds = secondsOf(value, now);
    return isNothing(remaining) && seconds !== undefined ? [seconds] : [];
  });
  return resets.length === 0 ? undefined : Math.max(...resets);
}

function isNothing(remaining: string | null): boolean {
  return remaining !== null && /^0+(\.0+)?$/.test(remaining.trim());
}

/** A number of seconds, a time stamp, a duration as "1m30.5s", or a date. */
function secondsOf(value: string | null, now: Date): number | undefined {
  if (value === null || value.length > 64) return undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return untilTimestamp(Number(text), now);
  if (/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return ofDuration(text);
  // Only a date's own forms: Date.parse would also take "-1" for a year.
  const date = /^\d{4}-\d\d-\d\dT|^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now.getTime()) / 1000);
}

/** Numbers this large are moments, in seconds or milliseconds since 1970, and not spans. */
function untilTimestamp(number: number, now: Date): number {
  if (number >= 1e12) return Math.max(0, (number - now.getTime()) / 1000);
  if (number >= 1e9) return Math.max(0, number - now.getTime() / 1000);
  return number;
}

function ofDuration(text: string): number {
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNIT_SECONDS[unit ?? ""] ?? 0),
    0,
  );
}

import "server-only";
import { createHash } from "node:crypto";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "./app-error";
import { databaseConnection } from "./db/client";
import { oncePerProcess, outsideRequests } from "./once-per-process";

/**
 * How often an action may happen: at most `points` times in `seconds`, counted by `name` and the caller's
 * key.
 */
export interface Limit {
  name: string;
  points: number;
  seconds: number;
  /** The sentence before "Try again in ...". */
  sentence: string;
}

const limiters = oncePerProcess("rateLimiters", () => new Map<string, Promise<RateLimiterPostgres>>());

function limiterFor(limit: Limit): Promise<RateLimiterPostgres> {
  const made = limiters.get();
  let limiter = made.get(limit.name);
  if (!limiter) {
    // It has a timer of its own, and lives as long as the process.
    limiter = outsideRequests(() => makeLimiter(limit));
    made.set(limit.name, limiter);
    // The next attempt may open the database.
    limiter.catch(() => made.delete(limit.name));
  }
  return limiter;
}

async function makeLimiter(limit: Limit): Promise<RateLimiterPostgres> {
  const connection = await databaseConnection();
  return new RateLimiterPostgres({
    // The connection answers `query({ text, values })` through this shim, on Postgres and PGlite alike.
    storeClient: {
      query: (statement: { text: string; values: unknown[] }) =>
        connection.query(statement.text, statement.values),
    },
    storeType: "client",
    tableName: "rate_limits",
    tableCreated: true,
    clearExpiredByTimeout: true,
    keyPrefix: limit.name,
    points: limit.points,
    duration: limit.seconds,
  });
}

/**
 * Hashed: a counter need not store e-mail addresses, and no character a client sent can upset the database.
 */
function storedKey(key: string): string {
  return createHash("sha256").update(key).digest("base64url");
}

/**
 * Counts one use and refuses the first above the limit.
 *
 * @param key groups the counted uses, for example a user id
 * @throws AppError `rate_limited` (429 with `retry-after` in seconds)
 */
export async function consumeLimit(limit: Limit, key: string): Promise<void> {
  try {
    await (await limiterFor(limit)).consume(storedKey(key));
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) throw limitReached(limit, refusal.msBeforeNext);
    throw refusal;
  }
}

/**
 * The part of a statement that counts one use for each row of a table, as the library counts it, for a use
 * that is counted together with something else.
 *
 * @param first number of the first parameter of those in `countingUseValues`
 */
export function countingUse(table: string, first: number): string {
  const [key, expire, now] = [`$${first}::text`, `$${first + 1}::bigint`, `$${first + 2}::bigint`];
  return `insert into rate_limits (key, points, expire) select ${key}, 1, ${expire} from ${table}
    on conflict (key) do update set
      points = case when rate_limits.expire <= ${now} then 1 else rate_limits.points + 1 end,
      expire = case when rate_limits.expire <= ${now} then excluded.expire else rate_limits.expire end
    returning points, expire`;
}

export function countingUseValues({ name, seconds }: Limit, key: string): unknown[] {
  const now = Date.now();
  return [`${name}:${storedKey(key)}`, now + seconds * 1000, now];
}

/** What `countingUse` returns. */
export interface CountedUses {
  points: number;
  /** In milliseconds; drivers read a `bigint` in different ways. */
  expire: string | number;
}

/** @throws AppError as `consumeLimit` */
export function refuseAboveLimit(limit: Limit, { points, expire }: CountedUses): void {
  if (points > limit.points) throw limitReached(limit, Number(expire) - Date.now());
}

/** Takes one use back, for example of an attempt that turned out not to count. */
export async function giveBackUse(limit: Limit, key: string): Promise<void> {
  await (await limiterFor(limit)).reward(storedKey(key));
}

/** Resets the counter, for example after the right password. */
export async function forgetUses(limit: Limit, key: string): Promise<void> {
  await (await limiterFor(limit)).delete(storedKey(key));
}

function limitReached(limit: Limit, forMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(forMs / 1000));
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new AppError("rate_limited", `${limit.sentence} Try again in ${wait}.`, {
    headers: { "retry-after": String(seconds) },
  });
}

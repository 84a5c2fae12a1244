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
    if (refusal instanceof RateLimiterRes) throw limitReached(limit, refusal);
    throw refusal;
  }
}

/** Takes one use back, for example of an attempt that turned out not to count. */
export async function giveBackUse(limit: Limit, key: string): Promise<void> {
  await (await limiterFor(limit)).reward(storedKey(key));
}

/** Resets the counter, for example after the right password. */
export async function forgetUses(limit: Limit, key: string): Promise<void> {
  await (await limiterFor(limit)).delete(storedKey(key));
}

function limitReached(limit: Limit, state: RateLimiterRes): AppError {
  const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new AppError("rate_limited", `${limit.sentence} Try again in ${wait}.`, {
    headers: { "retry-after": String(seconds) },
  });
}

import "server-only";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "./app-error";
import { databaseConnection } from "./db/client";

/** How often something may happen: at most `points` times in `seconds`, counted by `name` and the caller's key. */
export interface Limit {
  name: string;
  points: number;
  seconds: number;
  /** The sentence before "Try again in ...". */
  sentence: string;
}

const limiters = new Map<string, Promise<RateLimiterPostgres>>();

function limiterFor(limit: Limit): Promise<RateLimiterPostgres> {
  let limiter = limiters.get(limit.name);
  if (!limiter) {
    limiter = databaseConnection().then(
      (connection) =>
        new RateLimiterPostgres({
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
        }),
    );
    limiters.set(limit.name, limiter);
  }
  return limiter;
}

/**
 * Counts one use and refuses the one too many.
 *
 * @param key whose uses are counted together, for example a user id
 * @throws AppError `rate_limited` (429 with `retry-after` in seconds)
 */
export async function consumeLimit(limit: Limit, key: string): Promise<void> {
  try {
    await (await limiterFor(limit)).consume(key.slice(0, 200));
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) throw limitReached(limit, refusal);
    throw refusal;
  }
}

/** Refuses when earlier failures have used the limit up, without counting this try. */
export async function refuseWhenLimited(limit: Limit, key: string): Promise<void> {
  const used = await (await limiterFor(limit)).get(key.slice(0, 200));
  if (used && used.consumedPoints >= limit.points) throw limitReached(limit, used);
}

/** Counts a failure; never refuses. */
export async function countFailure(limit: Limit, key: string): Promise<void> {
  await (await limiterFor(limit)).penalty(key.slice(0, 200));
}

/** Forgets earlier failures, for example after the right password. */
export async function forgetFailures(limit: Limit, key: string): Promise<void> {
  await (await limiterFor(limit)).delete(key.slice(0, 200));
}

function limitReached(limit: Limit, state: RateLimiterRes): AppError {
  const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new AppError("rate_limited", `${limit.sentence} Try again in ${wait}.`, {
    headers: { "retry-after": String(seconds) },
  });
}

import "server-only";
import { APIError } from "better-auth/api";
import PQueue from "p-queue";
import { oncePerProcess } from "@/lib/once-per-process";

/**
 * A hash keeps a core and a thread of Node's pool busy for a tenth of a second, and the file system and
 * sockets wait for the same threads. Two at a time leave half of them free, however many people sign in.
 */
const HASHES_AT_A_TIME = 2;
/** More than this many would wait longer than a person does. */
const MAX_WAITING = 64;

const hashing = oncePerProcess("passwordHashing", () => new PQueue({ concurrency: HASHES_AT_A_TIME }));

/** Hashes or checks a password in its turn. @throws APIError 503 when too many are waiting */
export async function inHashQueue<Result>(work: () => Promise<Result>): Promise<Result> {
  const queue = hashing.get();
  if (queue.size >= MAX_WAITING) {
    throw new APIError(
      "SERVICE_UNAVAILABLE",
      {
        message: "Very many people are signing in just now. Try again in a few seconds.",
        code: "unavailable",
      },
      { "retry-after": "5" },
    );
  }
  return queue.add(work);
}

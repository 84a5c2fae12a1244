import { createHash } from "node:crypto";
import { sql } from "./database";

function rowKey(limit: string, key: string): string {
  return `${limit}:${createHash("sha256").update(key).digest("base64url")}`;
}

/** Uses counted so far under a limit of the product, by its name in the code. */
export async function usesCounted(limit: string, key: string): Promise<number> {
  const [row] = await sql<{ points: number }>("select points from rate_limits where key = $1", [
    rowKey(limit, key),
  ]);
  return row?.points ?? 0;
}

/** Sets the count of uses instead of making that many requests. */
export async function countUses(limit: string, key: string, points: number): Promise<void> {
  await sql(
    `insert into rate_limits (key, points, expire) values ($1, $2, $3)
     on conflict (key) do update set points = excluded.points, expire = excluded.expire`,
    [rowKey(limit, key), points, Date.now() + 10 * 60_000],
  );
}

export async function forgetUses(limit: string, key: string): Promise<void> {
  await sql("delete from rate_limits where key = $1", [rowKey(limit, key)]);
}

/** Headers of a unique caller, so that limits per address count only this test. */
export function fromElsewhere(): { "x-forwarded-for": string } {
  // Vitest numbers the workers of a run, one for each test file; all test files share one server.
  const worker = Number(process.env["VITEST_WORKER_ID"]);
  callers += 1;
  if (!(worker > 0 && worker < 1024) || callers >= 2 ** 14) throw new Error("no address is left");
  const host = worker * 2 ** 14 + callers;
  return { "x-forwarded-for": `10.${host >> 16}.${(host >> 8) & 0xff}.${host & 0xff}` };
}

let callers = 0;

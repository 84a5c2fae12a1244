import "server-only";
import { runStatement } from "@/lib/db/run-statement";

/**
 * Gives back what was held for a request that was not sent, or that its provider refused: no usage record
 * will settle it. A second call, and one for what is settled, do nothing.
 *
 * @returns whether something was held
 */
export async function release(id: string): Promise<boolean> {
  const [row] = await runStatement<{ released: boolean }>(
    "select release_reservation($1::uuid) as released",
    [id],
  );
  return row?.released ?? false;
}

import "server-only";
import { eq } from "drizzle-orm";
import { notFound } from "@/lib/app-error";
import type { Transaction } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";

/**
 * Holds a person's row: nobody suspends, deletes or signs them in until the transaction ends.
 *
 * @throws AppError `not_found`
 */
export async function holdPerson(tx: Transaction, personId: string): Promise<{ suspendedAt: Date | null }> {
  const [person] = await tx
    .select({ suspendedAt: userTable.suspendedAt })
    .from(userTable)
    .where(eq(userTable.id, personId))
    .for("update");
  if (!person) throw notFound("person");
  return person;
}

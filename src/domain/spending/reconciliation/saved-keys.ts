import "server-only";
import { and, eq, inArray } from "drizzle-orm";
import type { Owner } from "@/contracts/owner";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { operatorKeyLast4 } from "@/lib/provider-variables";
import { COMPARED, type KeyReference, labelOf } from "./key-reference";
import { PLATFORM, SELF_REPORTING } from "./source";

/** Keys that are here now, used or not. */
export async function savedKeys(owner: Owner): Promise<(KeyReference & { label: string; last4: string })[]> {
  if (owner.kind === "installation") {
    return COMPARED.flatMap((provider) => {
      const last4 = operatorKeyLast4(provider);
      const ref = provider === SELF_REPORTING ? PLATFORM : last4;
      return last4 === null || ref === null
        ? []
        : [{ provider, ref, last4, label: labelOf(owner, provider) }];
    });
  }
  const db = await database();
  const { id, userId, provider, last4, label } = userAiApiKeysTable;
  const rows = await db
    .select({ id, provider, last4, label })
    .from(userAiApiKeysTable)
    .where(and(eq(userId, owner.id), inArray(provider, [...COMPARED])));
  return rows.map((row) => ({
    provider: row.provider,
    ref: row.provider === SELF_REPORTING ? row.id : row.last4,
    last4: row.last4,
    label: row.label || labelOf(owner, row.provider),
  }));
}

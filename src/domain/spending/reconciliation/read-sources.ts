import "server-only";
import { and, asc, eq } from "drizzle-orm";
import type { Owner } from "@/contracts/owner";
import { database } from "@/lib/db/client";
import { reconciliationSourcesTable as sources } from "@/lib/db/schema";
import type { SourceRow } from "./source";

/** Whom this server asks for an owner. */
export async function readSources(owner: Owner): Promise<SourceRow[]> {
  const db = await database();
  return db
    .select()
    .from(sources)
    .where(and(eq(sources.ownerKind, owner.kind), eq(sources.ownerId, owner.id)))
    .orderBy(asc(sources.provider), asc(sources.keyRef));
}

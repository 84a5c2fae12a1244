import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { INSTALLATION } from "@/contracts/owner";
import type { Actor } from "@/domain/identity/actor";
import { isOperator } from "@/domain/vault/require-operator";

/** A condition on rows of `limits`: the actor may change them. Operators act for the installation. */
export async function mayChange(actor: Actor): Promise<SQL> {
  const own = sql`(limits.owner_kind = 'person' and limits.owner_id = ${actor.userId})`;
  if (!(await isOperator(actor))) return own;
  return sql`(${own} or (limits.owner_kind = ${INSTALLATION.kind} and limits.owner_id = ${INSTALLATION.id}))`;
}

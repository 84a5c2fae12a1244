import "server-only";
import { sql } from "drizzle-orm";
import { INSTALLATION } from "@/contracts/owner";
import type { OwnLimitsResponse, PlatformLimitsResponse } from "@/contracts/spending-limits";
import type { Actor } from "@/domain/identity/actor";
import { readLimits } from "./read-limits";

/** A person's own limits, and what the platform allows them. */
export async function listOwnLimits({ userId }: Actor): Promise<OwnLimitsResponse> {
  const [limits, allowances] = await Promise.all([
    readLimits(sql`l.owner_kind = 'person' and l.owner_id = ${userId}`, userId),
    // Not what all people together may use: its figures are not theirs to see.
    readLimits(
      sql`l.scope_kind <> 'installation' and l.id in (
        select a.id from limits_of_request(${userId}, ${INSTALLATION.kind}, ${INSTALLATION.id}, null) a where a.is_enforced)`,
      userId,
    ),
  ]);
  return { limits, allowances };
}

/** All limits of what the platform pays. For operators. */
export async function listPlatformLimits(): Promise<PlatformLimitsResponse> {
  return {
    limits: await readLimits(
      sql`l.owner_kind = ${INSTALLATION.kind} and l.owner_id = ${INSTALLATION.id}`,
      null,
    ),
  };
}

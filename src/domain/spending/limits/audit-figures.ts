import "server-only";
import type { OwnerKind } from "@/contracts/owner";

/**
 * What the audit trail says of the figures of a limit: operators read all of the trail, and what a person
 * lets their own keys spend is theirs alone.
 */
export function auditFigures(ownerKind: OwnerKind, figures: Record<string, number>): Record<string, number> {
  return ownerKind === "installation" ? figures : {};
}

import "server-only";
import type { OwnerKind } from "@/contracts/owner";

/**
 * What the audit trail says of the figures of a limit: operators read all of the trail, and what a person
 * lets their own keys spend is theirs alone.
 */
export function auditFigures<Figures extends object>(
  ownerKind: OwnerKind,
  figures: Figures,
): Figures | Record<never, never> {
  return ownerKind === "installation" ? figures : {};
}

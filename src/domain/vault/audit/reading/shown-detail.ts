import type { AuditDetailShown } from "@/contracts/audit-log";

/** A record's detail as it is shown. Any hand with access to the database may have written the column. */
export function shownDetail(detail: unknown): AuditDetailShown {
  const shown: AuditDetailShown = {};
  if (typeof detail !== "object" || detail === null || Array.isArray(detail)) return shown;
  for (const [name, value] of Object.entries(detail) as [string, unknown][]) {
    if (Array.isArray(value)) shown[name] = value.map(String);
    else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      shown[name] = value;
    }
  }
  return shown;
}

/** The id that a detail has under a name. */
export function idIn(detail: AuditDetailShown, name: string): string | null {
  const value = detail[name];
  return typeof value === "string" ? value : null;
}

import type { AuditExportFormat } from "@/contracts/audit-log";

const TYPES = { ndjson: "application/x-ndjson", csv: "text/csv" } as const;

export function auditFile(what: string, format: AuditExportFormat): { name: string; type: string } {
  return { name: `${what}-${new Date().toISOString().slice(0, 10)}.${format}`, type: TYPES[format] };
}

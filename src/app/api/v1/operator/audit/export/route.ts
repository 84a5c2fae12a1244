import { auditLogExportSchema } from "@/contracts/audit-log";
import { exportAuditEvents } from "@/domain/vault/audit/reading/export-audit-events";
import { parseInput } from "@/lib/http/api-route";
import { fileResponse } from "@/lib/http/file-response";
import { refuseMethod } from "@/lib/http/refuse-method";
import { auditFile } from "../../../audit/audit-file";
import { operatorRoute } from "../../operator-route";

export const GET = operatorRoute(async ({ url, actor }) => {
  const { format, ...filter } = parseInput(auditLogExportSchema, Object.fromEntries(url.searchParams));
  return fileResponse(await exportAuditEvents(actor, filter, format), auditFile("audit", format));
});

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

import { auditLogExportSchema } from "@/contracts/audit-log";
import { exportAuditEvents } from "@/domain/vault/audit/reading/export-audit-events";
import { admitDownload } from "@/lib/http/admit-download";
import { parseInput } from "@/lib/http/api-route";
import { fileResponse } from "@/lib/http/file-response";
import { refuseMethod } from "@/lib/http/refuse-method";
import { auditFile } from "../../../audit/audit-file";
import { operatorRoute } from "../../operator-route";

export const GET = operatorRoute(async ({ request, url, actor }) => {
  const { format, ...filter } = parseInput(auditLogExportSchema, Object.fromEntries(url.searchParams));
  await admitDownload(request, "userId" in actor ? actor.userId : null);
  return fileResponse(await exportAuditEvents(actor, filter, format), auditFile("audit", format));
});

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

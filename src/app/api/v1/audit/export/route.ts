import { activityExportSchema } from "@/contracts/audit-log";
import { exportActivity } from "@/domain/vault/audit/reading/export-audit-events";
import { admitDownload } from "@/lib/http/admit-download";
import { apiRoute, parseInput } from "@/lib/http/api-route";
import { fileResponse } from "@/lib/http/file-response";
import { refuseMethod } from "@/lib/http/refuse-method";
import { auditFile } from "../audit-file";

export const GET = apiRoute(async ({ request, url, user }) => {
  const { format, ...filter } = parseInput(activityExportSchema, Object.fromEntries(url.searchParams));
  await admitDownload(request, user.userId);
  return fileResponse(exportActivity(user, filter, format), auditFile("activity", format));
});

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

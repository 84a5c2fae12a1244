import { type AuditLogResponse, auditLogQuerySchema } from "@/contracts/audit-log";
import { listAuditEvents } from "@/domain/vault/audit/reading/list-audit-events";
import { parseInput } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../operator-route";

export const GET = operatorRoute(
  ({ url }): Promise<AuditLogResponse> =>
    listAuditEvents(parseInput(auditLogQuerySchema, Object.fromEntries(url.searchParams))),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

import type { AuditVerification } from "@/contracts/vault";
import { verifyAuditRequestSchema } from "@/contracts/vault-requests";
import { verifyAudit } from "@/domain/vault/verify-audit";
import { readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../../operator-route";

export const POST = operatorRoute(async ({ request, actor }): Promise<AuditVerification> => {
  const { expectedHead } = await readJson(request, verifyAuditRequestSchema, { maxBytes: 8 * 1024 });
  return verifyAudit(actor, expectedHead);
});

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };

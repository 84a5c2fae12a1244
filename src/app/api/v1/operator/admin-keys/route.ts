import { INSTALLATION } from "@/contracts/owner";
import { type AdminKeySavedResponse, saveAdminKeyRequestSchema } from "@/contracts/reconciliation";
import { saveAdminKey } from "@/domain/spending/reconciliation/save-admin-key";
import { readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { MAX_ADMIN_KEY_BODY_BYTES } from "../../admin-keys/admin-key-route";
import { operatorRoute } from "../operator-route";

export const POST = operatorRoute(async ({ request, actor }): Promise<AdminKeySavedResponse> => {
  const key = await readJson(request, saveAdminKeyRequestSchema, { maxBytes: MAX_ADMIN_KEY_BODY_BYTES });
  return { id: await saveAdminKey(actor, INSTALLATION, key) };
});

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };

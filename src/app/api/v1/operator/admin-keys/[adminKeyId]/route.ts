import { INSTALLATION } from "@/contracts/owner";
import { deleteAdminKey } from "@/domain/spending/reconciliation/delete-admin-key";
import { refuseMethod } from "@/lib/http/refuse-method";
import { type AdminKeyParams, adminKeyIdOf } from "../../../admin-keys/admin-key-route";
import { operatorRoute } from "../../operator-route";

export const DELETE = operatorRoute<AdminKeyParams>(async ({ actor, params }) => {
  await deleteAdminKey(actor, INSTALLATION, adminKeyIdOf(params));
  return { success: true };
});

const refuse = refuseMethod("DELETE");

export { refuse as GET, refuse as PATCH, refuse as POST, refuse as PUT };

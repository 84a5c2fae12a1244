import { personAsOwner } from "@/contracts/owner";
import { deleteAdminKey } from "@/domain/spending/reconciliation/delete-admin-key";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { type AdminKeyParams, adminKeyIdOf } from "../admin-key-route";

export const DELETE = apiRoute<AdminKeyParams>(async ({ user, params }) => {
  await deleteAdminKey(user, personAsOwner(user.userId), adminKeyIdOf(params));
  return { success: true };
});

const refuse = refuseMethod("DELETE");

export { refuse as GET, refuse as PATCH, refuse as POST, refuse as PUT };

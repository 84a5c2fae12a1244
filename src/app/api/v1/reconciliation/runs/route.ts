import { personAsOwner } from "@/contracts/owner";
import type { ReconciliationRunResponse } from "@/contracts/reconciliation";
import { reconcileNow } from "@/domain/spending/reconciliation/reconcile-now";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const POST = apiRoute(
  ({ user }): Promise<ReconciliationRunResponse> => reconcileNow(personAsOwner(user.userId)),
);

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };

import { INSTALLATION } from "@/contracts/owner";
import type { ReconciliationRunResponse } from "@/contracts/reconciliation";
import { reconcileNow } from "@/domain/spending/reconciliation/reconcile-now";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../../operator-route";

export const POST = operatorRoute((): Promise<ReconciliationRunResponse> => reconcileNow(INSTALLATION));

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };

import { INSTALLATION } from "@/contracts/owner";
import { type ReconciliationResponse, reconciliationQuerySchema } from "@/contracts/reconciliation";
import { readReconciliation } from "@/domain/spending/reconciliation/read-reconciliation";
import { parseInput } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../operator-route";

export const GET = operatorRoute(
  ({ url }): Promise<ReconciliationResponse> =>
    readReconciliation(
      INSTALLATION,
      parseInput(reconciliationQuerySchema, {
        from: url.searchParams.get("from") ?? undefined,
        to: url.searchParams.get("to") ?? undefined,
      }),
    ),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

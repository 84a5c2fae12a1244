import { personAsOwner } from "@/contracts/owner";
import { type ReconciliationResponse, reconciliationQuerySchema } from "@/contracts/reconciliation";
import { readReconciliation } from "@/domain/spending/reconciliation/read-reconciliation";
import { apiRoute, parseInput } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute(
  ({ url, user }): Promise<ReconciliationResponse> =>
    readReconciliation(
      personAsOwner(user.userId),
      parseInput(reconciliationQuerySchema, {
        from: url.searchParams.get("from") ?? undefined,
        to: url.searchParams.get("to") ?? undefined,
      }),
    ),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

import { operatorUsageRequestsQuerySchema, type UsageRequestsResponse } from "@/contracts/usage-report";
import { listRequests } from "@/domain/spending/reports/list-requests";
import { parseInput } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../../operator-route";

export const GET = operatorRoute(
  ({ url }): Promise<UsageRequestsResponse> =>
    listRequests(
      { kind: "installation" },
      parseInput(operatorUsageRequestsQuerySchema, Object.fromEntries(url.searchParams)),
    ),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

import { type UsageRequestsResponse, usageRequestsQuerySchema } from "@/contracts/usage-report";
import { listRequests } from "@/domain/spending/reports/list-requests";
import { apiRoute, parseInput } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute(
  ({ url, user: { userId } }): Promise<UsageRequestsResponse> =>
    listRequests(
      { kind: "person", userId },
      parseInput(usageRequestsQuerySchema, Object.fromEntries(url.searchParams)),
    ),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

import type { UsageRequestDetail } from "@/contracts/usage-report";
import { readRequest } from "@/domain/spending/reports/read-request";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute<{ requestId: string }>(
  ({ params, user: { userId } }): Promise<UsageRequestDetail> =>
    readRequest({ kind: "person", userId }, params.requestId),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

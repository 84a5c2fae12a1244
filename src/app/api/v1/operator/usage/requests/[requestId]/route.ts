import type { UsageRequestDetail } from "@/contracts/usage-report";
import { readRequest } from "@/domain/spending/reports/read-request";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../../../operator-route";

export const GET = operatorRoute<{ requestId: string }>(
  ({ params }): Promise<UsageRequestDetail> => readRequest({ kind: "installation" }, params.requestId),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

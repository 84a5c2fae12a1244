import { operatorUsageQuerySchema, type UsageReport } from "@/contracts/usage-report";
import { readReport } from "@/domain/spending/reports/read-report";
import { parseInput } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../operator-route";

export const GET = operatorRoute(
  ({ url }): Promise<UsageReport> =>
    readReport(
      { kind: "installation" },
      parseInput(operatorUsageQuerySchema, Object.fromEntries(url.searchParams)),
    ),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

import { type UsageReport, usageQuerySchema } from "@/contracts/usage-report";
import { readReport } from "@/domain/spending/reports/read-report";
import { apiRoute, parseInput } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute(
  ({ url, user: { userId } }): Promise<UsageReport> =>
    readReport(
      { kind: "person", userId },
      parseInput(usageQuerySchema, Object.fromEntries(url.searchParams)),
    ),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

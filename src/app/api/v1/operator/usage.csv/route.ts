import { operatorUsageQuerySchema } from "@/contracts/usage-report";
import { readReport } from "@/domain/spending/reports/read-report";
import { csvFileName, reportCsv } from "@/domain/spending/reports/report-csv";
import { admitDownload } from "@/lib/http/admit-download";
import { parseInput } from "@/lib/http/api-route";
import { csvResponse } from "@/lib/http/csv-response";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../operator-route";

export const GET = operatorRoute(async ({ request, url, actor }) => {
  const query = parseInput(operatorUsageQuerySchema, Object.fromEntries(url.searchParams));
  await admitDownload(request, "userId" in actor ? actor.userId : null);
  const report = await readReport({ kind: "installation" }, query);
  return csvResponse(reportCsv(report), csvFileName(report));
});

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

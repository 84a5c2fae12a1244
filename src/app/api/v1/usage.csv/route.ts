import { usageQuerySchema } from "@/contracts/usage-report";
import { readReport } from "@/domain/spending/reports/read-report";
import { csvFileName, reportCsv } from "@/domain/spending/reports/report-csv";
import { admitDownload } from "@/lib/http/admit-download";
import { apiRoute, parseInput } from "@/lib/http/api-route";
import { csvResponse } from "@/lib/http/csv-response";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute(async ({ request, url, user: { userId } }) => {
  const query = parseInput(usageQuerySchema, Object.fromEntries(url.searchParams));
  await admitDownload(request, userId);
  const report = await readReport({ kind: "person", userId }, query);
  return csvResponse(reportCsv(report), csvFileName(report));
});

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

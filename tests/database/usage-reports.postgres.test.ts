import { expect, test } from "vitest";
import { usageReportsBattery, wrongReports } from "./usage-reports-battery";

usageReportsBattery("postgres");

// The same SQL on both databases: all combinations once.
test("every grouping, bucket and zone sums up to the rows", async () => {
  expect(await wrongReports()).toEqual([]);
});

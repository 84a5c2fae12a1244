import { usageReportsBattery } from "./usage-reports-battery";

usageReportsBattery("embedded");

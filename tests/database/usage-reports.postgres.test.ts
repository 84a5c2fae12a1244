import { usageReportsBattery } from "./usage-reports-battery";

usageReportsBattery("postgres");

import { auditLogBattery } from "./audit-log-battery";

auditLogBattery("embedded");

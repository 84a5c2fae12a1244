import { auditLogBattery } from "./audit-log-battery";

auditLogBattery("postgres");

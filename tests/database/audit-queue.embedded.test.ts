import { auditQueueBattery } from "./audit-queue-battery";
import { useDatabase } from "./use-database";

useDatabase("embedded");
auditQueueBattery();

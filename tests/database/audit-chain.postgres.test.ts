import { auditChainBattery } from "./audit-chain-battery";
import { useDatabase } from "./use-database";

useDatabase("postgres");
auditChainBattery();

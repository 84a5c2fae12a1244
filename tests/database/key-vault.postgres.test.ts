import { keyVaultBattery } from "./key-vault-battery";
import { useDatabase } from "./use-database";

useDatabase("postgres");
keyVaultBattery();

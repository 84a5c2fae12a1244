import { keyVaultBattery } from "./key-vault-battery";
import { useDatabase } from "./use-database";

useDatabase("embedded");
keyVaultBattery();

import { untouchedChain } from "./audit-chain-battery";
import { keyVaultBattery } from "./key-vault-battery";
import { severalKeysBattery } from "./several-keys-battery";
import { useDatabase } from "./use-database";

// What the embedded database could do otherwise than Postgres: everybody takes turns on its one connection, and its driver reads
// rows by itself. What is the same SQL on both is proven on Postgres.
useDatabase("embedded");
keyVaultBattery();
severalKeysBattery();
untouchedChain();

import { untouchedChain } from "./audit-chain-battery";
import { keyVaultBattery } from "./key-vault-battery";
import { severalKeysBattery } from "./several-keys-battery";
import { useDatabase } from "./use-database";

// Where the embedded database could differ from Postgres: all queries share its one connection, and its
// driver reads rows itself. SQL that is the same on both is tested on Postgres.
useDatabase("embedded");
keyVaultBattery();
severalKeysBattery();
untouchedChain();

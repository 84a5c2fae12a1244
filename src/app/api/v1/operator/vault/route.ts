import type { VaultStatus } from "@/contracts/vault";
import { vaultStatus } from "@/domain/vault/vault-status";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../operator-route";

export const GET = operatorRoute((): Promise<VaultStatus> => vaultStatus());

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

import type { VaultFindingsResponse } from "@/contracts/vault-requests";
import { limitFindings } from "@/domain/spending/limits/limit-findings";
import { vaultDoctor } from "@/domain/vault/vault-doctor";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../../operator-route";

export const GET = operatorRoute(
  async (): Promise<VaultFindingsResponse> => ({
    findings: [...(await vaultDoctor()), ...(await limitFindings())],
  }),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

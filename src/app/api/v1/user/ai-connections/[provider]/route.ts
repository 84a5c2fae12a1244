import type { AiConnectionStarted } from "@/contracts/ai-connections";
import { startConnection } from "@/domain/keys/connections/start-connection";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const POST = apiRoute<{ provider: string }>(
  async ({ user, params }): Promise<AiConnectionStarted> => ({
    authorizeUrl: await startConnection(user, params.provider),
  }),
);

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };

import type { ModelOptionsResponse } from "@/contracts/model-selection";
import { listModelOptions } from "@/domain/model-catalog/list-model-options";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute(
  async ({ user }): Promise<ModelOptionsResponse> => ({ options: await listModelOptions(user) }),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

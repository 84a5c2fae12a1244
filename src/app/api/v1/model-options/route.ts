import type { ModelOptionsResponse } from "@/contracts/model-selection";
import { listModelOptions } from "@/domain/model-catalog/list-model-options";
import { apiRoute } from "@/lib/http/api-route";

export const GET = apiRoute(
  async ({ user }): Promise<ModelOptionsResponse> => ({ options: await listModelOptions(user) }),
);

import type { ModelGroupResponse } from "@/contracts/models";
import { listLiveModels } from "@/domain/keys/model-choices/list-live-models";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { type KeyParams, keyIdOf } from "../../key-route";

export const GET = apiRoute<KeyParams>(
  async ({ user, params }): Promise<ModelGroupResponse> => ({
    group: await listLiveModels(user, keyIdOf(params)),
  }),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

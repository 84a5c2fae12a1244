import type { ModelGroupsResponse } from "@/contracts/models";
import { listModelGroups } from "@/domain/keys/model-choices/list-model-groups";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute(
  async ({ user }): Promise<ModelGroupsResponse> => ({ groups: await listModelGroups(user) }),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

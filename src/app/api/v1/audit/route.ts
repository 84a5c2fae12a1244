import { type ActivityResponse, activityQuerySchema } from "@/contracts/audit-log";
import { listActivity } from "@/domain/vault/audit/reading/list-activity";
import { apiRoute, parseInput } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute(
  ({ url, user }): Promise<ActivityResponse> =>
    listActivity(user, parseInput(activityQuerySchema, Object.fromEntries(url.searchParams))),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };

import { changeLimitRequestSchema, type LimitView } from "@/contracts/spending-limits";
import { changeLimit } from "@/domain/spending/limits/change-limit";
import { deleteLimit } from "@/domain/spending/limits/delete-limit";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { type LimitParams, limitIdOf, MAX_LIMIT_BODY_BYTES } from "../limit-route";

export const PATCH = apiRoute<LimitParams>(async ({ request, user, params }): Promise<LimitView> => {
  const id = limitIdOf(params);
  const change = await readJson(request, changeLimitRequestSchema, { maxBytes: MAX_LIMIT_BODY_BYTES });
  return changeLimit(user, id, change);
});

export const DELETE = apiRoute<LimitParams>(async ({ user, params }) => {
  await deleteLimit(user, limitIdOf(params));
  return { success: true };
});

const refuse = refuseMethod("PATCH", "DELETE");

export { refuse as GET, refuse as POST, refuse as PUT };

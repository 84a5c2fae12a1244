import { type LimitView, raiseLimitRequestSchema } from "@/contracts/spending-limits";
import { raiseLimit } from "@/domain/spending/limits/raise-limit";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { type LimitParams, limitIdOf, MAX_LIMIT_BODY_BYTES } from "../../limit-route";

export const POST = apiRoute<LimitParams>(async ({ request, user, params }): Promise<LimitView> => {
  const id = limitIdOf(params);
  const raise = await readJson(request, raiseLimitRequestSchema, { maxBytes: MAX_LIMIT_BODY_BYTES });
  return raiseLimit(user, id, raise);
});

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };

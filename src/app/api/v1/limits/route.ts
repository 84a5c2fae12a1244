import {
  createOwnLimitRequestSchema,
  type LimitView,
  type OwnLimitsResponse,
} from "@/contracts/spending-limits";
import { createOwnLimit } from "@/domain/spending/limits/create-limit";
import { listOwnLimits } from "@/domain/spending/limits/list-limits";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { MAX_LIMIT_BODY_BYTES } from "./limit-route";

export const GET = apiRoute(({ user }): Promise<OwnLimitsResponse> => listOwnLimits(user));

export const POST = apiRoute(
  async ({ request, user }): Promise<LimitView> =>
    createOwnLimit(
      user,
      await readJson(request, createOwnLimitRequestSchema, { maxBytes: MAX_LIMIT_BODY_BYTES }),
    ),
);

const refuse = refuseMethod("GET", "POST");

export { refuse as DELETE, refuse as PATCH, refuse as PUT };

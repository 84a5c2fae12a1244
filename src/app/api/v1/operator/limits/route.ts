import {
  createPlatformLimitRequestSchema,
  type LimitView,
  type PlatformLimitsResponse,
} from "@/contracts/spending-limits";
import { createPlatformLimit } from "@/domain/spending/limits/create-limit";
import { listPlatformLimits } from "@/domain/spending/limits/list-limits";
import { readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { MAX_LIMIT_BODY_BYTES } from "../../limits/limit-route";
import { operatorRoute } from "../operator-route";

export const GET = operatorRoute((): Promise<PlatformLimitsResponse> => listPlatformLimits());

export const POST = operatorRoute(
  async ({ request, actor }): Promise<LimitView> =>
    createPlatformLimit(
      actor,
      await readJson(request, createPlatformLimitRequestSchema, { maxBytes: MAX_LIMIT_BODY_BYTES }),
    ),
);

const refuse = refuseMethod("GET", "POST");

export { refuse as DELETE, refuse as PATCH, refuse as PUT };
